/** Short ways to test over either transport, to attach and to wait. */
import type { ConnectionState } from "../reconnect.ts";
import type { Transport } from "../fallback.ts";
import { type AttachOptions, Session } from "../session.ts";
import type { SessionChange } from "../change_feed.ts";
import { fastClock } from "./clocks.ts";
import { LogDaemon } from "./log_daemon.ts";

/** Far more than any wait of these tests takes; a test that reaches it has failed. */
const FAILURE_TIMEOUT_MS = 10_000;

export function soon(): AbortSignal {
  return AbortSignal.timeout(FAILURE_TIMEOUT_MS);
}

/** Attaches with backoffs of about a millisecond. */
export function attach(daemon: LogDaemon, options: Partial<AttachOptions> = {}): Session {
  const names = { sessionId: "s1", clientId: "c1", writerId: "w1" };
  return Session.attach({ endpoint: daemon.source, ...names, clock: fastClock(50), ...options });
}

/** Everything that the session tells from now on, shortened to what tests compare. */
export function record(session: Session): string[] {
  const told: string[] = [];
  session.subscribe((change) => told.push(shorten(change)));
  return told;
}

function shorten(change: SessionChange): string {
  switch (change.kind) {
    case "event":
      return `event ${change.event.seq}`;
    case "reset":
      return "reset";
    case "connection":
      return change.connection.kind;
    case "presence":
      return `presence ${change.presence.map(({ clientId }) => clientId).join(" ")} +${change.more}`;
    default:
      return change satisfies never;
  }
}

/** Resolves when the connection is of this kind. */
export function reached(session: Session, kind: ConnectionState["kind"]): Promise<void> {
  return new Promise((resolve, reject) => {
    if (session.connection.kind === kind) return resolve();
    const signal = soon();
    const leave = session.subscribe(() => {
      if (session.connection.kind !== kind) return;
      leave();
      signal.removeEventListener("abort", abort);
      resolve();
    });
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Runs a test over either transport, each with a daemon of its own. */
export function testOverBoth(
  name: string,
  run: (daemon: LogDaemon, on: { transport: Transport }) => Promise<void>,
): void {
  for (const transport of ["ws", "sse"] as const) {
    Deno.test(`${name} (${transport})`, async () => {
      await using daemon = new LogDaemon();
      await run(daemon, { transport });
    });
  }
}
