/**
 * Hosts that only read are the same for every session of a folder. One that is quiet goes over to whichever session wants
 * one next, which then does not wait for a start: the first message of a session, and each `opta do` of a script.
 */
import type { HostOptions, HostProcess } from "./host/host_process.ts";

interface Offer {
  key: string;
  /** Takes it from its owner. */
  leave(): void;
}

export class HostExchange {
  readonly #offers = new Map<HostProcess, Offer>();

  /** The owner goes on using it until `leave` is called. */
  offer(host: HostProcess, options: HostOptions, leave: () => void): void {
    this.#offers.set(host, { key: keyOf(options), leave });
  }

  withdraw(host: HostProcess): void {
    this.#offers.delete(host);
  }

  /** One that was started in just this way and has nothing to do; it is the caller's now. */
  take(options: HostOptions): HostProcess | null {
    const wanted = keyOf(options);
    for (const [host, { key, leave }] of this.#offers) {
      if (key !== wanted || !host.isAlive || host.isCalled) continue;
      this.#offers.delete(host);
      leave();
      return host;
    }
    return null;
  }
}

function keyOf({ entry, permissions, env, cwd, args }: HostOptions): string {
  return JSON.stringify([entry, permissions, Object.entries(env).toSorted(), cwd, args]);
}
