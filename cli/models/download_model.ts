/** Downloads a repository to the disk of an LMX, with a progress bar. */
import type { LmxDownloadProgress } from "@opta/protocol";
import type { Api } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import type { Env } from "../paths.ts";
import { ProgressBar } from "../output/progress_bar.ts";
import { followDownload } from "./follow_download.ts";

/** The server first asks for the size of all files. */
const START_TIMEOUT_MS = 3 * 60_000;

/** @throws {CliError} when it fails, or Ctrl-C ends the looking: the server downloads on */
export async function downloadModel(
  api: Api,
  repoId: string,
  env: Env,
): Promise<LmxDownloadProgress> {
  const { download_id } = await api.call("lmxDownload", { body: { repoId }, timeoutMs: START_TIMEOUT_MS });
  using interrupt = new Interrupt();
  using bar = new ProgressBar(`Downloading ${repoId}`, env);
  try {
    return await followDownload(api, download_id, bar, interrupt.signal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    const message = `The server goes on downloading ${repoId}; "opta models list" shows it once it is there`;
    throw new CliError(message, ExitCode.cancelled);
  }
}
