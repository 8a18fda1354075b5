/**
 * The outside of a tool host: a child process that Deno confines to what its flags allow. The daemon has no hands of its
 * own; whatever touches the user's files, programs or the web happens in one of these, and can be killed with it.
 */
import { HostReply, type HostRequest, readLines } from "./host_frame.ts";

export interface HostOptions {
  /** The module that calls `serveHost()`. */
  entry: string;
  /** Flags of `deno run`: all that it may touch. */
  permissions: readonly string[];
  /** Its whole environment. */
  env: Readonly<Record<string, string>>;
  cwd?: string;
  /** What the entry is told from the start; every user of the machine can see it. */
  args?: readonly string[];
}

export interface CallOptions {
  /** Cancels the call: the host is told, and killed when it does not end within `CANCEL_GRACE_MS`. */
  signal: AbortSignal;
  onEvent?(event: unknown): void;
}

/** A call that came to no result: the host said why, was killed, or has died. */
export class HostError extends Error {
  override readonly name = "HostError";
}

/**
 * @param running finds one that was started in this way and may be used instead
 * @throws {HostError} when it cannot be started, such as where there is no home folder, or no room on the disk
 */
export function startHost(
  plan: () => HostOptions,
  running: (options: HostOptions) => HostProcess | null = () => null,
): HostProcess {
  try {
    const options = plan();
    return running(options) ?? new HostProcess(options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HostError(`its process cannot be started: ${message}`, { cause });
  }
}

/** How long a host may take to end a cancelled call: commands get SIGTERM before SIGKILL within it [C2]. */
export const CANCEL_GRACE_MS = 1_500;
/** How long a host may take to end after its input has. */
const CLOSE_GRACE_MS = 1_000;
/** How long what a host has written may still come after it has ended: what it started may hold its output open. */
const DRAIN_LIMIT_MS = 500;
/** How much of what a host says of its own trouble is kept, in UTF-16 units. */
const MAX_STDERR_LENGTH = 8 * 1024;

interface Call {
  resolve(result: unknown): void;
  reject(error: HostError): void;
  onEvent?: (event: unknown) => void;
}

export class HostProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #calls = new Map<number, Call>();
  readonly #ended: Promise<void>;
  readonly #encoder = new TextEncoder();
  #stderr = "";
  #lastId = 0;
  #isAlive = true;

  /** Starts it at once; what keeps it from starting is told by its first call. */
  constructor({ entry, permissions, env, cwd, args = [] }: HostOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--no-remote", "--cached-only", ...permissions, entry, ...args],
      env: { ...env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      clearEnv: true,
      cwd,
      detached: true, // a session of its own: a Ctrl-C in the terminal is for whoever runs there
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#input.closed.catch(() => {}); // the reader of its output notices
    this.#ended = this.#live();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it takes calls. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Whether a call is under way. */
  get isCalled(): boolean {
    return this.#calls.size > 0;
  }

  /** @throws {HostError} when it came to no result, also because it was cancelled */
  async call(op: string, args: unknown, { signal, onEvent }: CallOptions): Promise<unknown> {
    if (signal.aborted) throw new HostError("cancelled");
    if (!this.#isAlive) throw this.#death();
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(id, { resolve, reject, onEvent });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const cancel = () => {
      this.#send({ id, cancel: true });
      timer = setTimeout(() => this.kill(), CANCEL_GRACE_MS);
    };
    signal.addEventListener("abort", cancel, { once: true });
    this.#send({ id, op, args });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", cancel);
      this.#calls.delete(id);
    }
  }

  /** Ends it now, and its calls with it. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // it has ended
    }
  }

  /** Lets it end by itself, or kills it; resolves when it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#input.close().catch(() => {}); // it has died already
    const timer = setTimeout(() => this.kill(), CLOSE_GRACE_MS);
    await this.#ended;
    clearTimeout(timer);
  }

  async #live(): Promise<void> {
    const output = Promise.all([this.#readReplies(), this.#readStderr()]);
    await this.#child.status;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, DRAIN_LIMIT_MS);
    await Promise.race([output, late]);
    clearTimeout(timer);
    this.#isAlive = false;
    for (const { reject } of this.#calls.values()) reject(this.#death());
  }

  async #readReplies(): Promise<void> {
    try {
      for await (const line of readLines(this.#child.stdout)) this.#receive(HostReply.parse(JSON.parse(line)));
    } catch {
      this.kill(); // it does not keep to its protocol: nothing it says can be relied on
    }
  }

  #receive(reply: HostReply): void {
    const call = this.#calls.get(reply.id);
    if (!call) return;
    if ("error" in reply) call.reject(new HostError(reply.error));
    else if ("event" in reply) call.onEvent?.(reply.event);
    else call.resolve(reply.result);
  }

  async #readStderr(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#stderr = (this.#stderr + text).slice(-MAX_STDERR_LENGTH);
    }
  }

  #send(request: HostRequest): void {
    this.#input.write(this.#encoder.encode(JSON.stringify(request) + "\n")).catch(() => {}); // see `#live`
  }

  #death(): HostError {
    const words = this.#stderr.trim();
    return new HostError(`the tool's process ended${words === "" ? "" : `: ${words}`}`);
  }
}
