/** The runner: runs commands for the daemon. The only host that may start programs; it reads the workspace's paths alone. */
import { serveHost } from "../host/serve_host.ts";
import { HeadTail } from "./head_tail.ts";
import { lookAround, type Machine } from "./machine.ts";
import { OutputBatches } from "./output_batches.ts";
import { runProcess } from "./run_process.ts";
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
    const end = await runProcess(request, await ready(), { write: (_, bytes) => kept.push(bytes) }, { signal });
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
      const end = await runProcess(request, await ready(), sink, { signal: AbortSignal.any([signal, stop.signal]) });
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
