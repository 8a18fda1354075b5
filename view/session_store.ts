/**
 * What an interface shows of a session, at most once a frame: the client's session changes with each token, and is
 * looked at when the next frame is due. Connection and content are domains apart.
 *
 *     token ─► token ─► token ─► frame: state.set(…) ─► paint
 *       └─ schedules the frame ──┘
 */
import type { SessionState } from "@opta/protocol";
import type { ConnectionState, Session } from "@opta/protocol/client";
import { Value } from "./value.ts";

/** Calls `draw` when the next frame is due. Returns the way to call it off. */
export type Schedule = (draw: () => void) => () => void;

export class SessionStore implements Disposable {
  readonly state: Value<SessionState>;
  readonly connection: Value<ConnectionState>;
  readonly #session: Pick<Session, "state" | "connection" | "subscribe">;
  readonly #schedule: Schedule;
  readonly #unsubscribe: () => void;
  #callOff: (() => void) | null = null;

  constructor(session: Pick<Session, "state" | "connection" | "subscribe">, schedule: Schedule) {
    this.state = new Value(session.state);
    this.connection = new Value(session.connection);
    this.#session = session;
    this.#schedule = schedule;
    this.#unsubscribe = session.subscribe(() => {
      this.#callOff ??= this.#schedule(this.#draw);
    });
  }

  /** Shows what there is now, without waiting for the frame. */
  flush(): void {
    if (!this.#callOff) return;
    this.#callOff();
    this.#draw();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    this.#callOff?.();
    this.#callOff = null;
  }

  readonly #draw = (): void => {
    this.#callOff = null;
    this.connection.set(this.#session.connection);
    this.state.set(this.#session.state);
  };
}
