/**
 * The inside of a tool host: takes calls from standard input, runs them side by side, answers on standard output, and ends
 * when its input does, so that it never outlives the daemon. What it may touch is decided by whoever starts the process.
 */
import { HostReply, HostRequest, readLines } from "./host_frame.ts";

/** One thing that a host can do. What it throws is told to the daemon as text. */
export type HostOperation = (args: unknown, call: HostCall) => Promise<unknown>;

export interface HostCall {
  /** Aborts when the daemon wants no more of it. */
  signal: AbortSignal;
  /** Tells the daemon something while the call runs. */
  emit(event: unknown): void;
}

/** Serves until the input ends; then every call is cancelled, and it returns when they have ended. */
export async function serveHost(operations: Readonly<Record<string, HostOperation>>): Promise<void> {
  const running = new Map<number, { stop: AbortController; done: Promise<void> }>();
  for await (const line of readLines(Deno.stdin.readable)) {
    const request = HostRequest.parse(JSON.parse(line));
    if ("cancel" in request) {
      running.get(request.id)?.stop.abort();
      continue;
    }
    const { id, op, args } = request;
    const stop = new AbortController();
    const emit = (event: unknown) => write({ id, event });
    const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
    const done = Promise.try(() => {
      if (!operation) throw new Error(`this host has no operation "${op}"`);
      return operation(args, { signal: stop.signal, emit });
    }).then(
      (result) => write({ id, result: result ?? null }),
      (error) => write({ id, error: error instanceof Error ? error.message : String(error) }),
    ).finally(() => running.delete(id));
    running.set(id, { stop, done });
  }
  for (const { stop } of running.values()) stop.abort();
  await Promise.allSettled([...running.values()].map(({ done }) => done));
}

const encoder = new TextEncoder();

/** Whole lines, in the order of the calls: a pipe that is full holds the host up, which is what bounds it. */
function write(reply: HostReply): void {
  let bytes = encoder.encode(JSON.stringify(reply) + "\n");
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // the daemon is gone, and the input ends next
  }
}
