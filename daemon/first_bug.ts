/** Errors that nothing caught: what is left of a process after one can no longer be trusted. */
import type { Report } from "./session/report.ts";

/** Resolves at the first one; logs every one. After `signal` nobody listens any more. */
export function firstBug(report: Report, signal?: AbortSignal): Promise<{ bug: unknown }> {
  return new Promise((resolve) => {
    const note = (event: Event, bug: unknown) => {
      event.preventDefault();
      report("error", "A bug ends the daemon", { error: bug });
      resolve({ bug });
    };
    addEventListener("error", (event) => note(event, event.error), { signal });
    addEventListener("unhandledrejection", (event) => note(event, event.reason), { signal });
  });
}
