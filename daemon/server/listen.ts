/** Listens on the first free port of those allowed. */

/** All the ports are held by something else. */
export class NoFreePortError extends Error {
  override readonly name = "NoFreePortError";
  constructor(host: string, ports: readonly number[]) {
    const [first, second, ...more] = ports;
    const last = more.at(-1);
    const others = last === undefined ? (second === undefined ? "" : ` and ${second}`) : `, ${second} … ${last}`;
    const which = second === undefined ? `Port ${first}` : `The ports ${first}${others}`;
    super(`${which} of ${host} are held by other programs. See who with: ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN)`);
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
