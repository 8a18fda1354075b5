/** Counts sequences in a stream of pieces, wherever they are cut. */

/**
 * How often `pattern` stands in what is new, or begins in the end of what was before.
 *
 * @param pattern with the flag `g`
 * @param tail as much of what was before as the longest sequence has, or more
 */
export function countNew(pattern: RegExp, text: string, tail: string): number {
  let count = 0;
  for (const match of (tail + text).matchAll(pattern)) if (match.index + match[0].length > tail.length) count++;
  return count;
}
