/**
 * One MCP server of the user, with the process of its client: started when a turn first asks for its tools, ended when
 * nobody has asked for a while, and left alone for a while after it failed.
 */
import type { McpServerConfig } from "@opta/protocol";
import { cutText } from "../context/cut_text.ts";
import { HostError, HostProcess } from "../tools/host/host_process.ts";
import { CONNECT_LIMIT_MS, IDLE_CLOSE_MS, MAX_REASON_LENGTH, RETRY_AFTER_MS } from "./limits.ts";
import { CallOutcome, Listing } from "./mcp_frame.ts";
import { type McpHost, mcpHost } from "./mcp_host.ts";
import { secretsOf, withoutSecrets } from "./server_secrets.ts";

export type Offer =
  | { kind: "tools"; listing: Listing }
  /** `isNew`: nobody has been told yet. */
  | { kind: "failed"; message: string; isNew: boolean };

/** Milliseconds of a monotonic clock. */
export type Now = () => number;

export class McpServer implements AsyncDisposable {
  readonly name: string;
  readonly #host: McpHost;
  readonly #secrets: readonly string[];
  readonly #now: Now;
  readonly #closing = new AbortController();
  #process: HostProcess | null = null;
  #asking: Promise<Offer> | null = null;
  #failure: { message: string; atMs: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param env what the daemon has of `HOST_VARIABLES` */
  constructor(name: string, config: McpServerConfig, env: Readonly<Record<string, string>>, now: Now) {
    this.name = name;
    this.#host = mcpHost(config, env);
    this.#secrets = secretsOf(config);
    this.#now = now;
  }

  /** What it offers now. Never rejects; those who ask at the same time share the answer. */
  offer(): Promise<Offer> {
    const failure = this.#failure;
    if (failure && this.#now() - failure.atMs < RETRY_AFTER_MS) {
      return Promise.resolve({ kind: "failed", message: failure.message, isNew: false });
    }
    return this.#asking ??= this.#ask().finally(() => this.#asking = null);
  }

  /** @throws {HostError} when it came to no result */
  async call(tool: string, args: Record<string, unknown>, signal: AbortSignal): Promise<CallOutcome> {
    const request = { plan: this.#host.plan, tool, args };
    const stop = AbortSignal.any([signal, this.#closing.signal]);
    try {
      const outcome = CallOutcome.parse(await this.#running().call("call", request, { signal: stop }));
      return { ...outcome, result: withoutSecrets(outcome.result, this.#secrets) };
    } catch (error) {
      throw error instanceof HostError ? new HostError(withoutSecrets(error.message, this.#secrets)) : error;
    }
  }

  /** Ends it, and what it has started. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    await this.#asking;
    await this.#end();
  }

  async #ask(): Promise<Offer> {
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), CONNECT_LIMIT_MS);
    Deno.unrefTimer(timer);
    try {
      const signal = AbortSignal.any([late.signal, this.#closing.signal]);
      const listing = Listing.parse(await this.#running().call("tools", { plan: this.#host.plan }, { signal }));
      this.#failure = null;
      return { kind: "tools", listing };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const said = cutText(withoutSecrets(error.message, this.#secrets), MAX_REASON_LENGTH);
      const message = late.signal.aborted ? `no list of tools within ${CONNECT_LIMIT_MS / 1_000} s` : said;
      const isNew = message !== this.#failure?.message;
      this.#failure = { message, atMs: this.#now() };
      if (!this.#process?.isCalled) await this.#end();
      return { kind: "failed", message, isNew };
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws {HostError} once it is to end, or cannot be started */
  #running(): HostProcess {
    if (this.#closing.signal.aborted) throw new HostError("the MCP server is not configured any more");
    const process = this.#process?.isAlive ? this.#process : start(this.#host);
    this.#process = process;
    this.#closeWhenIdle(process);
    return process;
  }

  #closeWhenIdle(process: HostProcess): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (process.isCalled) this.#closeWhenIdle(process);
      else void this.#end();
    }, IDLE_CLOSE_MS);
    Deno.unrefTimer(this.#timer); // a daemon that ends does not wait for it
  }

  async #end(): Promise<void> {
    const process = this.#process;
    this.#process = null;
    await process?.[Symbol.asyncDispose]();
  }
}

/** @throws {HostError} when it cannot be started, such as where there is no home folder */
function start({ options }: McpHost): HostProcess {
  try {
    return new HostProcess(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HostError(`its process cannot be started: ${message}`, { cause });
  }
}
