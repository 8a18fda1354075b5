/** Listens on the first free port of those allowed. */

/** All the ports are held by something else. */
export class NoFreePortError extends Error {
  override readonly name = "NoFreePortError";
  constructor(host: string, ports: readonly number[]) {
    const whose = ports.length === 1
      ? `Port ${ports[0]} of ${host} is held by another program`
      : `The ports ${enumerate(ports)} of ${host} are held by other programs`;
    super(`${whose}. See who with: ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN)`);
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

/** The first two and the last. */
function enumerate(ports: readonly number[]): string {
  const [first, second, ...more] = ports;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} … ${more.at(-1)}`;
}
