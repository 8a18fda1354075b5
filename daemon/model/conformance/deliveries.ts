/** Ways in which the network may hand over the same bytes. */

export interface Delivery {
  name: string;
  /** The pieces that come one after the other. */
  cut(bytes: Uint8Array): Uint8Array[];
  /** All messages of a socket come in one piece. */
  together?: true;
}

export const whole: Delivery = { name: "whole", cut: (bytes) => [bytes], together: true };

export const apiece: Delivery = { name: "a message at a time", cut: (bytes) => [bytes] };

export const byteByByte: Delivery = {
  name: "byte by byte",
  cut: (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1)),
};

/** In two, at each boundary. */
export function* inTwo(length: number): Generator<Delivery> {
  for (let at = 1; at < length; at++) {
    yield { name: `cut at byte ${at}`, cut: (bytes) => [bytes.subarray(0, at), bytes.subarray(at)] };
  }
}

/** In several pieces, some of one byte, the same for the same seed. */
export function seeded(seed: number): Delivery {
  return {
    name: `seed ${seed}`,
    cut(bytes) {
      const random = mulberry32(seed);
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const end = at + 1 + Math.floor(random() ** 3 * 64);
        pieces.push(bytes.subarray(at, end));
        at = end;
      }
      return pieces;
    },
  };
}

/** A small generator of numbers from 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
