/** How sessions tell whoever reads the daemon's log. */

/** What happened that somebody should read about. */
export type Report = (
  level: "debug" | "info" | "warning" | "error",
  message: string,
  facts: Record<string, unknown>,
) => void;

export function errorText(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
