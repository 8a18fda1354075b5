/** Listens on the first free port of those allowed. */
import { describeHeldPorts } from "@opta/protocol";

/** All the ports are held by something else. */
export class NoFreePortError extends Error {
  override readonly name = "NoFreePortError";
  constructor(host: string, ports: readonly number[]) {
    super(describeHeldPorts(host, ports));
  }
}

/** @throws {NoFreePortError} */
export function listen(
  host: string,
  ports: readonly number[],
  handler: Deno.ServeHandler<Deno.NetAddr>,
  signal: AbortSignal,
): Deno.HttpServer<Deno.NetAddr> {
  for (const port of ports) {
    try {
      return Deno.serve({ hostname: host, port, signal, onListen: () => {} }, handler);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new NoFreePortError(host, ports);
}
