/**
 * The session that the terminal UI shows: attached, its frame store, and since when there is no connection. What is drawn
 * of it is left to others.
 */
import type { ConnectionState, Session, SessionChange } from "@opta/protocol/client";
import type { DaemonStatus } from "@opta/protocol";
import { SessionStore } from "@opta/view/session_store";
import { attach, type ChatSetup } from "../chat/chat_setup.ts";
import type { Frames } from "./frames.ts";
import type { Outage } from "./connection_banner.ts";

export interface TuiSessionOptions {
  setup: ChatSetup;
  sessionId: string;
  frames: Frames;
  /** Milliseconds of the wall clock. */
  now(): number;
}

/** What a turn would get by the daemon's choice, and why. */
export type UsualModel = DaemonStatus["model"];

export class TuiSession implements AsyncDisposable {
  readonly session: Session;
  readonly store: SessionStore;
  readonly #options: TuiSessionOptions;
  #downSinceMs: number | null = null;
  #failure: string | null = null;
  #usual: UsualModel | null = null;

  constructor(options: TuiSessionOptions) {
    this.#options = options;
    const { setup, sessionId, frames } = options;
    this.session = attach(setup, sessionId, "terminal");
    this.store = new SessionStore(this.session, frames.schedule);
    this.session.subscribe((change) => this.#watch(change));
  }

  /** What to say of a connection that is lost. */
  get outage(): Outage {
    return { connection: this.session.connection, sinceMs: this.#downSinceMs, failure: this.#failure };
  }

  /** What the daemon would choose for a turn of now; `null` while that is not known. */
  get usual(): UsualModel | null {
    return this.#usual;
  }

  /** The daemon could not be started again. */
  fail(message: string): void {
    this.#failure = message;
    this.#options.frames.soon();
  }

  async caughtUp(signal: AbortSignal): Promise<void> {
    await Promise.all([this.session.caughtUp(signal), this.#askUsual()]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.store[Symbol.dispose]();
    await this.session.close();
  }

  #watch(change: SessionChange): void {
    if (change.kind === "connection") this.#watchConnection(change.connection);
  }

  #watchConnection(connection: ConnectionState): void {
    const { setup, now } = this.#options;
    setup.revival.watch(connection);
    if (connection.kind === "waiting") this.#downSinceMs ??= now();
    if (connection.kind !== "live") return;
    if (this.#downSinceMs !== null) void this.#askUsual(); // another daemon may choose another model
    this.#downSinceMs = null;
    this.#failure = null;
  }

  async #askUsual(): Promise<void> {
    const status = await this.#options.setup.api.call("status").catch(() => null); // the status line can do without
    if (status) this.#usual = status.model;
    this.#options.frames.soon();
  }
}
