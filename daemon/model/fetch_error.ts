/** What is to be learnt from an error of `fetch`. It has no codes; the text stands in the innermost cause. */

/** No connection was made, so nothing was sent. When that cannot be told, it may have been. */
export function isUnsent(error: unknown): boolean {
  return innermost(error).includes("client error (Connect)");
}

/** In a few words, for people. */
export function fetchReason(error: unknown): string {
  return innermost(error).replace(/^.*client error \(\w+\): /s, "").replace(/ \(os error \d+\)$/, "");
}

function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}
