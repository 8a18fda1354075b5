/** Work that is done once at a time: whoever asks while it is under way gets what comes of that. */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => underWay ??= work().finally(() => underWay = null);
}
