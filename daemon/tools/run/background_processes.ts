/**
 * The background processes of one session: commands that go on when their turn has ended, until they end, are killed, or the
 * session's hosts close. Each is one long call of the runner. What happens to them is told to the session's log.
 */
import {
  type BackgroundKilled,
  type BackgroundOutput,
  type BackgroundOutputQuery,
  type BackgroundProcess,
  type BackgroundSignal,
  type EventDraft,
  OptaError,
} from "@opta/protocol";
import type { Hosts } from "../tool.ts";
import { LogBudget } from "./log_budget.ts";
import { OutputRing } from "./output_ring.ts";
import { ProcessEvent, RunEnd } from "./runner_frame.ts";

export interface BackgroundOptions {
  sessionId: string;
  hosts: Pick<Hosts, "runner">;
  /** Adds an event to the session's log, also after the turn that started the process. Throws nothing. */
  emit(draft: EventDraft): void;
  /** Takes known secrets out of what they write [security 11]. */
  redact?(text: string): string;
  /** Milliseconds since 1970. */
  now?(): number;
}

export interface BackgroundRequest {
  command: string;
  label?: string;
  /** In the workspace; its first root if left out. */
  cwd?: string;
  /** 0 or nothing for no limit. */
  timeoutMs?: number;
}

/** Most processes of one session that run at the same time. */
export const MAX_RUNNING = 8;
/** How many that have ended are remembered, with their output. */
const MAX_ENDED = 16;

type Ending = "completed" | "failed" | "killed" | "timeout";

interface Entry {
  process: BackgroundProcess;
  output: OutputRing;
  budget: LogBudget;
  startedAtMs: number;
  /** Resolves when its end is in the log. */
  ended: Promise<void>;
  /** Settles at the next output, or at the end. */
  change: PromiseWithResolvers<void>;
}

export class BackgroundProcesses implements AsyncDisposable {
  readonly #options: BackgroundOptions;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  readonly #close = new AbortController();
  /** Those that have been asked for and are not yet there count as well. */
  #starting = 0;

  constructor(options: BackgroundOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** @throws {OptaError | HostError} when it cannot be started */
  async start(request: BackgroundRequest): Promise<BackgroundProcess> {
    if (this.#close.signal.aborted) throw new OptaError("shutting_down", "The session's processes are being ended.");
    const running = this.list().filter(({ state }) => state === "running").length + this.#starting;
    if (running >= MAX_RUNNING) {
      throw new OptaError("conflict", `${MAX_RUNNING} background processes run already. Kill one first.`);
    }
    this.#starting++;
    try {
      return await this.#start(request);
    } finally {
      this.#starting--;
    }
  }

  async #start({ command, label, cwd = ".", timeoutMs = 0 }: BackgroundRequest): Promise<BackgroundProcess> {
    const { sessionId, hosts, emit, redact = (text: string) => text } = this.#options;
    const host = await hosts.runner();
    const processId = `bg_${crypto.randomUUID()}`;
    const { promise: started, resolve } = Promise.withResolvers<Entry>();
    let entry: Entry | undefined;
    const onEvent = (told: unknown) => {
      const event = ProcessEvent.parse(told);
      if ("text" in event) {
        if (entry) this.#take(entry, event.stream, redact(event.text));
        return;
      }
      const startedAtMs = this.#now();
      const startedAt = new Date(startedAtMs).toISOString();
      const begun = { pid: event.pid, cwd: event.cwd, startedAt, endedAt: null, runtimeMs: 0, timeoutMs };
      entry = {
        process: { processId, sessionId, command, label: label ?? null, state: "running", exitCode: null, ...begun },
        output: new OutputRing(),
        budget: new LogBudget(startedAtMs),
        startedAtMs,
        ended,
        change: Promise.withResolvers(),
      };
      this.#entries.set(processId, entry);
      emit({ event: "background.status", payload: { process: entry.process, reason: "started" } });
      resolve(entry);
    };
    const call = host.call("start", { processId, command, cwd, timeoutMs }, { signal: this.#close.signal, onEvent });
    const ended: Promise<void> = call.then((end) => RunEnd.parse(end)).then(
      (end) => {
        if (entry) this.#end(entry, endingOf(end), end.exitCode);
      },
      (error) => {
        if (!entry) throw error; // it has not begun: whoever asked for it is told
        this.#end(entry, "killed", null); // with its runner
      },
    );
    return this.#snapshot(await Promise.race([started, ended.then(() => started)]));
  }

  /** Oldest first. */
  list(): BackgroundProcess[] {
    return [...this.#entries.values()].map((entry) => this.#snapshot(entry));
  }

  /** None runs or is about to. */
  get isIdle(): boolean {
    return this.#starting === 0 && this.list().every(({ state }) => state !== "running");
  }

  has(processId: string): boolean {
    return this.#entries.has(processId);
  }

  /** @throws {OptaError} when there is none of that name, as of the methods below */
  status(processId: string): BackgroundProcess {
    return this.#snapshot(this.#entry(processId));
  }

  output(processId: string, query: BackgroundOutputQuery): BackgroundOutput {
    const entry = this.#entry(processId);
    return { process: this.#snapshot(entry), ...entry.output.page(query) };
  }

  /** Resolves when it has written something after `afterSeq`, has ended, or `signal` aborts. */
  async waitForOutput(processId: string, afterSeq: number, signal: AbortSignal): Promise<void> {
    const entry = this.#entry(processId);
    const { promise: aborted, resolve } = Promise.withResolvers<void>();
    const abort = () => resolve();
    signal.addEventListener("abort", abort, { once: true });
    while (entry.process.state === "running" && entry.output.lastSeq <= afterSeq && !signal.aborted) {
      await Promise.race([entry.change.promise, aborted]);
    }
    signal.removeEventListener("abort", abort);
  }

  /** Ends it and all that it started; answers when they have ended. */
  async kill(processId: string, signal: BackgroundSignal = "SIGTERM"): Promise<BackgroundKilled> {
    const entry = this.#entry(processId);
    const killed = entry.process.state === "running";
    if (killed) {
      const host = await this.#options.hosts.runner();
      const request = { processId, signal: signal.slice("SIG".length) };
      await host.call("stop", request, { signal: this.#close.signal });
      await entry.ended;
    }
    return { killed, process: this.#snapshot(entry) };
  }

  /** Ends all of them. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#close.abort();
    await Promise.allSettled([...this.#entries.values()].map(({ ended }) => ended));
  }

  #take(entry: Entry, stream: "stdout" | "stderr", text: string): void {
    const { process: { processId, sessionId, pid }, output, budget } = entry;
    const nowMs = this.#now();
    const { seq } = output.push(stream, text, new Date(nowMs).toISOString());
    if (budget.take(text.length, nowMs)) {
      const payload = { processId, sessionId, pid, seq, stream, text };
      this.#options.emit({ event: "background.output", payload });
    }
    this.#changed(entry);
  }

  #end(entry: Entry, state: Ending, exitCode: number | null): void {
    const endedAt = new Date(this.#now()).toISOString();
    entry.process = { ...this.#snapshot(entry), state, exitCode, endedAt };
    this.#options.emit({ event: "background.status", payload: { process: entry.process, reason: state } });
    this.#changed(entry);
    const ended = [...this.#entries.values()].filter(({ process }) => process.state !== "running");
    for (const { process } of ended.slice(0, -MAX_ENDED)) this.#entries.delete(process.processId);
  }

  #changed(entry: Entry): void {
    entry.change.resolve();
    entry.change = Promise.withResolvers();
  }

  #snapshot({ process, startedAtMs }: Entry): BackgroundProcess {
    return process.endedAt === null ? { ...process, runtimeMs: Math.max(0, this.#now() - startedAtMs) } : process;
  }

  #entry(processId: string): Entry {
    const entry = this.#entries.get(processId);
    if (!entry) throw noSuchProcess(processId);
    return entry;
  }
}

export function noSuchProcess(processId: string): OptaError {
  return new OptaError("not_found", `There is no background process ${processId}.`);
}

function endingOf({ state, exitCode }: RunEnd): Ending {
  if (state === "timeout") return "timeout";
  if (state === "stopped") return "killed";
  return exitCode === 0 ? "completed" : "failed";
}
