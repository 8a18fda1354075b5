/** The runner: runs commands for the daemon. The only host that may start programs; it reads the workspace's paths alone. */
import { serveHost } from "../host/serve_host.ts";
import { HeadTail } from "./head_tail.ts";
import { lookAround, type Machine } from "./machine.ts";
import { OutputBatches } from "./output_batches.ts";
import { type ProcessEnd, runProcess } from "./run_process.ts";
import {
  type ProcessEvent,
  type RunEnd,
  RunnerSettings,
  RunRequest,
  SETTINGS_VARIABLE,
  StartRequest,
  StopRequest,
} from "./runner_frame.ts";
import { workFolder } from "./work_folder.ts";

/** What is kept of a command's output, in bytes: the beginning says what went wrong first, the end what came of it. */
const MAX_HEAD_BYTES = 20 * 1024;
const MAX_TAIL_BYTES = 36 * 1024;

/** How long a cancelled call waits for the end of its processes; less than the daemon waits for the call. */
const STOP_PATIENCE_MS = 1_100;

const settings = RunnerSettings.parse(JSON.parse(Deno.env.get(SETTINGS_VARIABLE) ?? "{}"));
let machine: Promise<Machine> | undefined;
const ready = () => machine ??= lookAround(settings);
const started = new Map<string, AbortController>();

await serveHost({
  confinement: async () => ({ kind: (await ready()).confinement, network: settings.network }),

  async run(args, { signal }): Promise<RunEnd> {
    const { command, cwd, timeoutMs } = RunRequest.parse(args);
    const kept = new HeadTail(MAX_HEAD_BYTES, MAX_TAIL_BYTES);
    const request = { command, timeoutMs, isMerged: true, cwd: await workFolder(cwd, settings.roots) };
    const sink = { write: (_: string, bytes: Uint8Array) => kept.push(bytes) };
    const end = await unlessLate(runProcess(request, await ready(), sink, signal), signal);
    return { ...end, output: kept.text(), omittedBytes: kept.omittedBytes };
  },

  async start(args, { signal, emit }): Promise<RunEnd> {
    const { processId, command, cwd: folder, timeoutMs } = StartRequest.parse(args);
    const tell = (event: ProcessEvent) => emit(event);
    const stop = new AbortController();
    started.set(processId, stop);
    const batches = new OutputBatches((stream, text) => tell({ stream, text }));
    try {
      const cwd = await workFolder(folder, settings.roots);
      const request = { command, timeoutMs, isMerged: false, cwd };
      const sink = {
        write: (stream: "stdout" | "stderr", bytes: Uint8Array) => batches.push(stream, bytes),
        started: (pid: number) => tell({ pid, cwd }),
      };
      const ended = runProcess(request, await ready(), sink, AbortSignal.any([signal, stop.signal]));
      const end = await unlessLate(ended, signal);
      return { ...end, output: "", omittedBytes: 0 };
    } finally {
      batches.flush();
      started.delete(processId);
    }
  },

  /** Says whether there was such a process; its end is told by its `start`. */
  stop(args) {
    const { processId, signal } = StopRequest.parse(args);
    const stop = started.get(processId);
    stop?.abort(signal);
    return Promise.resolve(stop !== undefined);
  },
});

/**
 * The daemon kills a runner that does not end a cancelled call in time, and with it all that runs beside. On a machine that is
 * too busy the answer goes out before the last process has ended: the warden sees to that in any case.
 */
async function unlessLate(ended: Promise<ProcessEnd>, signal: AbortSignal): Promise<ProcessEnd> {
  const { promise: late, resolve } = Promise.withResolvers<ProcessEnd>();
  const beganAtMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    const end = () => ({ exitCode: null, signal: null, elapsedMs: performance.now() - beganAtMs });
    timer = setTimeout(() => resolve({ state: "stopped", ...end() }), STOP_PATIENCE_MS);
  };
  signal.addEventListener("abort", wait, { once: true });
  if (signal.aborted) wait();
  try {
    return await Promise.race([ended, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", wait);
  }
}
