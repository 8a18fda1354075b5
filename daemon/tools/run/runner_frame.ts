/** What the daemon and the runner say to each other, within the frames of `host/host_frame.ts`. */
import { z } from "zod";
import { Confinement, type Layout } from "./confinement.ts";

/** The variable that carries `RunnerSettings` to the runner. */
export const SETTINGS_VARIABLE = "OPTA_RUNNER";

/** What the runner is started with. */
export interface RunnerSettings extends Pick<Layout, "roots" | "stateDir" | "tempDir" | "network"> {
  /** `auto` for the best that works here. */
  confinement: Confinement | "auto";
  /** Hidden beside the known places of secrets, if they exist. */
  hidden: readonly string[];
}

export const RunnerSettings: z.ZodType<RunnerSettings> = z.object({
  roots: z.array(z.string()),
  stateDir: z.string(),
  tempDir: z.string().nullable(),
  network: z.boolean(),
  confinement: z.union([Confinement, z.literal("auto")]),
  hidden: z.array(z.string()),
});

/** Arguments of `run`, whose result is a `RunEnd`, and of `start`, which tells `ProcessEvent`s until its `RunEnd`. */
export const RunRequest = z.object({
  command: z.string(),
  /** Relative to the first root, or absolute. */
  cwd: z.string(),
  /** 0 for no limit. */
  timeoutMs: z.number(),
});
export type RunRequest = z.infer<typeof RunRequest>;

/** `start` gives the process a name, by which `stop` finds it. */
export const StartRequest = RunRequest.extend({ processId: z.string() });
export const StopRequest = z.object({ processId: z.string(), signal: z.enum(["TERM", "INT", "KILL"]) });

/** How a command ended: by itself, at its time limit, or because it was stopped. */
export const RunEnd = z.object({
  state: z.enum(["exited", "timeout", "stopped"]),
  exitCode: z.number().nullable(),
  signal: z.string().nullable(),
  elapsedMs: z.number(),
  /** What it wrote, both ends of it; empty for `start`. */
  output: z.string(),
  omittedBytes: z.number(),
});
export type RunEnd = z.infer<typeof RunEnd>;

export const ProcessEvent = z.union([
  z.object({ pid: z.number(), cwd: z.string() }),
  z.object({ stream: z.enum(["stdout", "stderr"]), text: z.string() }),
]);
export type ProcessEvent = z.infer<typeof ProcessEvent>;
