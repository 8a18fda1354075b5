/** Waits for what comes of files and other things that take their time. */

/** Far beyond what anything takes that a test waits for. */
const LIMIT_MS = 20_000;

/** The first value that is as it should be. */
export async function until<T>(look: () => Promise<T>, isIt: (value: T) => boolean): Promise<T> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    const value = await look();
    if (isIt(value)) return value;
    if (performance.now() > endMs) throw new Error(`It did not come to be within ${LIMIT_MS} ms: ${value}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
