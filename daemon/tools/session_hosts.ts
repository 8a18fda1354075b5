/**
 * The tool hosts of one session: each is started when it is first asked for, started anew when it has died, and ended when
 * nobody has asked for it for a while, since a host costs as much memory as a small daemon.
 */
import { HostExchange } from "./host_exchange.ts";
import { HostError, type HostOptions, type HostProcess, startHost } from "./host/host_process.ts";
import type { Hosts } from "./tool.ts";

export type HostKind = keyof Hosts;

/** How to start each of them. */
export type HostPlans = Readonly<Record<HostKind, () => HostOptions>>;

/** What these are asked leaves nothing behind in them. */
const SHARED: ReadonlySet<HostKind> = new Set(["reader", "searcher"]);

/** An answer of the model lies between two calls at the most; a person who thinks about the next message waits 50 ms more. */
const IDLE_CLOSE_MS = 60_000;

export class SessionHosts implements Hosts, AsyncDisposable {
  readonly #plans: HostPlans;
  readonly #exchange: HostExchange;
  readonly #hosts = new Map<HostKind, HostProcess>();
  readonly #timers = new Map<HostKind, ReturnType<typeof setTimeout>>();
  readonly #ending = new Set<Promise<void>>();
  #isDisposed = false;

  /** @param exchange of all sessions that may take over what reads from one another */
  constructor(plans: HostPlans, exchange = new HostExchange()) {
    this.#plans = plans;
    this.#exchange = exchange;
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
      const host = known?.isAlive ? known : this.#start(kind, known);
      this.#hosts.set(kind, host);
      this.#closeWhenIdle(kind, host);
      return host;
    });
  }

  #start(kind: HostKind, dead: HostProcess | undefined): HostProcess {
    if (dead) this.#exchange.withdraw(dead);
    if (!SHARED.has(kind)) return startHost(this.#plans[kind]);
    let options: HostOptions | null = null;
    const plan = () => options = this.#plans[kind]();
    const host: HostProcess = startHost(plan, (options) => this.#exchange.take(options));
    this.#exchange.offer(host, options!, () => this.#leave(kind, host));
    return host;
  }

  /** Another session has it now. */
  #leave(kind: HostKind, host: HostProcess): void {
    if (this.#hosts.get(kind) !== host) return;
    clearTimeout(this.#timers.get(kind));
    this.#timers.delete(kind);
    this.#hosts.delete(kind);
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
    this.#exchange.withdraw(host);
    const ended = host[Symbol.asyncDispose]().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }
}
