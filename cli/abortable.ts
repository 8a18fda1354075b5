/** Waits for what cannot be called off, such as a read of a terminal, or of a pipe into which nobody writes. */

/** What `work` resolves with. @throws the signal's reason when that aborts first; `work` is then left to itself */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
