/** The sending side of one subscription, with faults on the way. */

/** What happens to one frame. `hold`: it is sent after the next one. */
export type Fault = "pass" | "drop" | "double" | "hold" | "close";

export interface SubscriberOptions {
  /** Shared by all subscribers; each frame takes the first one. */
  faults: Fault[];
  send(text: string): unknown;
  close(): void;
}

export class Subscriber {
  readonly #options: SubscriberOptions;
  #held: string[] = [];
  #isClosed = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  send(text: string): void {
    if (this.#isClosed) return;
    const fault = this.#options.faults.shift() ?? "pass";
    switch (fault) {
      case "pass":
        return this.#sendAll([text]);
      case "double":
        return this.#sendAll([text, text]);
      case "hold":
        return void this.#held.push(text);
      case "drop":
        return;
      case "close":
        return this.close();
      default:
        return fault satisfies never;
    }
  }

  /** Without faults, but after what is held. */
  sendSafely(frame: Record<string, unknown>): void {
    if (!this.#isClosed) this.#sendAll([JSON.stringify(frame)]);
  }

  sendRaw(text: string): void {
    if (!this.#isClosed) this.#options.send(text);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.close();
  }

  /** The client has gone by itself. */
  left(): void {
    this.#isClosed = true;
  }

  #sendAll(texts: string[]): void {
    for (const text of [...texts, ...this.#held.splice(0)]) this.#options.send(text);
  }
}
