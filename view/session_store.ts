/**
 * What an interface shows of a session, at most once a frame: the client's session changes with each token, and is
 * looked at when the next frame is due. Connection, content and who else is there are domains apart.
 *
 *     token ─► token ─► token ─► frame: state.set(…) ─► paint
 *       └─ schedules the frame ──┘
 */
import type { SessionState } from "@opta/protocol";
import type { AttachedClient, ConnectionState, Session } from "@opta/protocol/client";
import { Value } from "./value.ts";

/** Calls `draw` when the next frame is due. Returns the way to call it off. */
export type Schedule = (draw: () => void) => () => void;

/** What the store looks at. */
export type ShownSession = Pick<Session, "state" | "connection" | "presence" | "subscribe">;

export class SessionStore implements Disposable {
  readonly state: Value<SessionState>;
  readonly connection: Value<ConnectionState>;
  /** Who is attached, this client among them. */
  readonly presence: Value<readonly AttachedClient[]>;
  readonly #session: ShownSession;
  readonly #schedule: Schedule;
  readonly #unsubscribe: () => void;
  #callOff: (() => void) | null = null;

  constructor(session: ShownSession, schedule: Schedule) {
    this.state = new Value(session.state);
    this.connection = new Value(session.connection);
    this.presence = new Value(session.presence);
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
    this.presence.set(this.#session.presence);
    this.state.set(this.#session.state);
  };
}
