/**
 * Waits for a download that the model server makes, and shows how far it has come. The server downloads whether or not
 * anybody looks, and LMX has no way to stop it: Ctrl-C ends the looking alone.
 */
import type { LmxDownloadProgress } from "@opta/protocol";
import { type Api, ApiError } from "@opta/protocol/client";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../exit.ts";
import type { ProgressBar } from "../output/progress_bar.ts";

const POLL_MS = 500;
/** Looks in a row that may fail, as while the server is busy, before it counts as gone. */
const MAX_FAILED_LOOKS = 20;

/** @throws {CliError} when the download fails, or the signal's reason */
export async function followDownload(
  api: Api,
  downloadId: string,
  bar: ProgressBar,
  signal: AbortSignal,
): Promise<LmxDownloadProgress> {
  for (let failures = 0;;) {
    try {
      const progress = await api.call("lmxDownloadProgress", { params: { downloadId }, signal });
      failures = 0;
      bar.update(progress.downloaded_bytes, progress.total_bytes);
      if (isOver(progress)) return progress;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ApiError) || !error.retryable || ++failures > MAX_FAILED_LOOKS) throw error;
    }
    await delay(POLL_MS, null, { signal }).catch(() => signal.throwIfAborted());
  }
}

function isOver({ repo_id, status, error }: LmxDownloadProgress): boolean {
  if (status === "failed" || status === "cancelled") {
    throw new CliError(
      `The download of ${repo_id} ${status === "failed" ? "failed" : "was cancelled"}${error ? `: ${error}` : ""}`,
    );
  }
  return status === "completed";
}
