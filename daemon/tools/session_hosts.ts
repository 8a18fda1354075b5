/**
 * The tool hosts of one session: each is started when it is first asked for, started anew when it has died, and ended when
 * nobody has asked for it for a while, since a host costs as much memory as a small daemon.
 */
import { HostError, type HostOptions, type HostProcess, startHost } from "./host/host_process.ts";
import type { Hosts } from "./tool.ts";

export type HostKind = keyof Hosts;

/** How to start each of them. */
export type HostPlans = Readonly<Record<HostKind, () => HostOptions>>;

/** An answer of the model lies between two calls at the most; a person who thinks about the next message waits 50 ms more. */
const IDLE_CLOSE_MS = 60_000;

export class SessionHosts implements Hosts, AsyncDisposable {
  readonly #plans: HostPlans;
  readonly #hosts = new Map<HostKind, HostProcess>();
  readonly #timers = new Map<HostKind, ReturnType<typeof setTimeout>>();
  readonly #ending = new Set<Promise<void>>();
  #isDisposed = false;

  constructor(plans: HostPlans) {
    this.#plans = plans;
  }

  reader = (): Promise<HostProcess> => this.#take("reader");
  searcher = (): Promise<HostProcess> => this.#take("searcher");
  writer = (): Promise<HostProcess> => this.#take("writer");
  runner = (): Promise<HostProcess> => this.#take("runner");
  web = (): Promise<HostProcess> => this.#take("web");

  /** Ends them all, and what runs in them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    for (const kind of [...this.#hosts.keys()]) this.#end(kind);
    await Promise.all(this.#ending);
  }

  /** None is there. */
  get isIdle(): boolean {
    return this.#hosts.size === 0;
  }

  /** @throws {HostError} when it cannot be started, or all have been ended */
  #take(kind: HostKind): Promise<HostProcess> {
    return Promise.try(() => {
      if (this.#isDisposed) throw new HostError("the processes of this session have been ended");
      const known = this.#hosts.get(kind);
      const host = known?.isAlive ? known : startHost(this.#plans[kind]);
      this.#hosts.set(kind, host);
      this.#closeWhenIdle(kind, host);
      return host;
    });
  }

  #closeWhenIdle(kind: HostKind, host: HostProcess): void {
    clearTimeout(this.#timers.get(kind));
    const look = () => {
      if (host.isCalled) this.#closeWhenIdle(kind, host);
      else this.#end(kind);
    };
    const timer = setTimeout(look, IDLE_CLOSE_MS);
    Deno.unrefTimer(timer); // a daemon that ends does not wait for it
    this.#timers.set(kind, timer);
  }

  #end(kind: HostKind): void {
    clearTimeout(this.#timers.get(kind));
    this.#timers.delete(kind);
    const host = this.#hosts.get(kind);
    this.#hosts.delete(kind);
    if (!host) return;
    const ended = host[Symbol.asyncDispose]().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
