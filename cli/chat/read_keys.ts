/**
 * The keys of a terminal, from what is read of it: those of each read together, as somebody who types makes them come one by
 * one. An Escape that a read ends in waits for what it may be the beginning of, but not for long.
 */
import type { Clock } from "@opta/protocol/client";
import { type Key, KeyDecoder } from "./keys.ts";

/** Milliseconds after which an Escape is a key, and not the beginning of one: what a slow line may put between the two. */
export const ESCAPE_WAIT_MS = 50;

/** @param read gives what comes next, `null` when nothing does; is called again only when the keys so far have been taken */
export async function* readKeys(
  read: () => Promise<string | null>,
  clock: Pick<Clock, "after">,
): AsyncGenerator<Key[], void> {
  const decoder = new KeyDecoder();
  while (true) {
    const reading = read();
    if (decoder.isWaiting && await isLate(reading, clock)) yield decoder.flush();
    const text = await reading;
    if (text === null) return;
    yield decoder.push(text);
  }
}

async function isLate(reading: Promise<unknown>, clock: Pick<Clock, "after">): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<true>();
  const callOff = clock.after(ESCAPE_WAIT_MS, () => resolve(true));
  try {
    return await Promise.race([reading.then(() => false), late]);
  } finally {
    callOff();
  }
}
