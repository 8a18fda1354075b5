/**
 * Runs one command on this machine, inside the runner: starts it with its confinement, passes its output on, and sees to it
 * that no process of it is left when it has ended, has run too long, or is to stop.
 */
import { commandEnv } from "./command_env.ts";
import { merged, shellArgv } from "./command_script.ts";
import { confine, hasOwnProcesses, isSandbox } from "./confinement.ts";
import type { Machine } from "./machine.ts";
import type { RunEnd } from "./runner_frame.ts";
import { type EndSignal, startWarden, type Warden } from "./warden.ts";

export interface ProcessRequest {
  command: string;
  /** A real path. */
  cwd: string;
  /** 0 for no limit. */
  timeoutMs: number;
  /** Both streams as one, in the order in which they were written. */
  isMerged: boolean;
}

/** What the process tells while it runs. */
export interface ProcessSink {
  /** With one output alone, all of it is `stdout`. */
  write(stream: "stdout" | "stderr", bytes: Uint8Array): void;
  started?(pid: number): void;
}

/** How it ended. */
export type ProcessEnd = Omit<RunEnd, "output" | "omittedBytes">;

/** How long output may still come after all processes have ended: only one that escaped could hold it open. */
const DRAIN_TIMEOUT_MS = 1_000;

/**
 * @param signal aborts with an `EndSignal` as its reason, or with anything for `TERM`
 * @throws {Error} when it cannot be started
 */
export async function runProcess(
  request: ProcessRequest,
  machine: Machine,
  sink: ProcessSink,
  signal: AbortSignal,
): Promise<ProcessEnd> {
  const { child, warden } = await startProcess(request, machine, signal);
  const beganAtMs = performance.now();
  sink.started?.(child.pid);
  const outputs = [pass(child.stdout, (bytes) => sink.write("stdout", bytes))];
  if (!request.isMerged) outputs.push(pass(child.stderr, (bytes) => sink.write("stderr", bytes)));

  let state: RunEnd["state"] = "exited";
  const end = (why: "timeout" | "stopped", first: EndSignal) => {
    if (state !== "exited") return;
    state = why;
    void warden.end(first);
  };
  const stop = () => end("stopped", endSignalOf(signal.reason));
  const timer = request.timeoutMs > 0 ? setTimeout(() => end("timeout", "TERM"), request.timeoutMs) : undefined;
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  const status = await child.status;
  clearTimeout(timer);
  signal.removeEventListener("abort", stop);
  const elapsedMs = performance.now() - beganAtMs;
  // What it left behind ends with it: what is to stay is started as a background process.
  const isAllOver = state === "exited" && hasOwnProcesses(machine.confinement);
  await (isAllOver ? warden.release() : warden.end("TERM"));
  await drain(outputs);
  return { state, exitCode: status.signal === null ? status.code : null, signal: status.signal, elapsedMs };
}

async function startProcess(
  { command, cwd, isMerged }: ProcessRequest,
  { confinement, layout, userEnv }: Machine,
  signal: AbortSignal,
): Promise<{ child: Deno.ChildProcess; warden: Warden }> {
  const { os } = Deno.build;
  const mark = crypto.randomUUID();
  const isConfined = isSandbox(confinement);
  const around = await layout();
  const confined = confine(confinement, around, cwd, shellArgv(command, isConfined, os));
  const [program = "", ...args] = isMerged ? merged(confined, os) : confined;
  const tempDir = isConfined ? "/tmp" : around.tempDir ?? undefined;
  signal.throwIfAborted(); // nothing begins after that [C2]
  const warden = startWarden(mark);
  try {
    const child = new Deno.Command(program, {
      args,
      cwd,
      env: commandEnv(userEnv, { mark, tempDir, isConfined }),
      clearEnv: true,
      detached: true, // a session of its own: its group can be ended without ours
      stdin: "null",
      stdout: "piped",
      stderr: isMerged ? "null" : "piped",
    }).spawn();
    warden.watch(child.pid, hasOwnProcesses(confinement));
    return { child, warden };
  } catch (error) {
    await warden.release();
    throw error;
  }
}

interface Output {
  done: Promise<void>;
  cancel(): void;
}

/** Reads to the end, whatever comes of it: a pipe that nobody reads would hold the command up. */
function pass(stream: ReadableStream<Uint8Array>, write: (bytes: Uint8Array) => void): Output {
  const reader = stream.getReader();
  const read = async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) write(next.value);
  };
  return { done: read(), cancel: () => void reader.cancel().catch(() => {}) };
}

async function drain(outputs: readonly Output[]): Promise<void> {
  const timer = setTimeout(() => outputs.forEach(({ cancel }) => cancel()), DRAIN_TIMEOUT_MS);
  await Promise.allSettled(outputs.map(({ done }) => done));
  clearTimeout(timer);
}

function endSignalOf(reason: unknown): EndSignal {
  return reason === "INT" || reason === "KILL" ? reason : "TERM";
}
