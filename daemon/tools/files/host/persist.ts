/**
 * For what lies where a swapped folder led to, and is reached only when the folder is swapped again: whoever swaps one does
 * so all the time.
 */

/** Some milliseconds. */
const TRIES = 500;

/** Tries until it succeeds. @returns whether it did; the error that led here is the one to tell */
export function persist(act: () => void): boolean {
  for (let i = 0; i < TRIES; i++) {
    try {
      act();
      return true;
    } catch {
      // Not yet.
    }
  }
  return false;
}
