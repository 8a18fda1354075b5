/** The open WebSockets and event streams: how many there are, how many there may be, and the way to end them all. */
import { OptaError } from "@opta/protocol";
import { MAX_CONNECTIONS, MAX_SUBSCRIPTIONS } from "./limits.ts";

export interface Connection {
  readonly door: "ws" | "sse";
  /** Ends it with a WebSocket close code; may be called more than once. */
  close(code: number, reason: string): void;
}

/** Close code of an endpoint that goes away. */
const GOING_AWAY = 1001;

export class Connections {
  readonly #open = new Set<Connection>();
  #subscriptions = 0;
  #stopping = false;
  #emptied = Promise.withResolvers<void>();

  get connectionCount(): number {
    return this.#open.size;
  }

  /** How many came through this door. */
  countAt(door: Connection["door"]): number {
    return this.#open.values().filter((connection) => connection.door === door).reduce((sum) => sum + 1, 0);
  }

  get subscriberCount(): number {
    return this.#subscriptions;
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** @throws {OptaError} `too_many_connections`, `shutting_down` */
  admit(): void {
    if (this.#stopping) throw new OptaError("shutting_down", "The daemon is stopping. Try again when it is back.");
    if (this.#open.size >= MAX_CONNECTIONS) {
      throw new OptaError(
        "too_many_connections",
        `There are ${MAX_CONNECTIONS} connections already. Close some first.`,
      );
    }
  }

  add(connection: Connection): void {
    this.#open.add(connection);
    if (this.#stopping) connection.close(GOING_AWAY, "the daemon is stopping");
  }

  remove(connection: Connection): void {
    this.#open.delete(connection);
    if (this.#open.size === 0) this.#emptied.resolve();
  }

  /**
   * Counts one more followed session until it is disposed.
   *
   * @throws {OptaError} `too_many_connections`
   */
  subscribe(): Disposable {
    if (this.#subscriptions >= MAX_SUBSCRIPTIONS) {
      throw new OptaError(
        "too_many_connections",
        `${MAX_SUBSCRIPTIONS} sessions are followed already. Leave some first.`,
      );
    }
    this.#subscriptions++;
    return { [Symbol.dispose]: () => void this.#subscriptions-- };
  }

  /** Admits no more. */
  stop(): void {
    this.#stopping = true;
  }

  /** Ends all of them; resolves when the last one is gone. */
  async closeAll(): Promise<void> {
    this.stop();
    if (this.#open.size === 0) return;
    this.#emptied = Promise.withResolvers();
    for (const connection of [...this.#open]) connection.close(GOING_AWAY, "the daemon is stopping");
    await this.#emptied.promise;
  }
}
