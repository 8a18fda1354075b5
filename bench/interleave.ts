/**
 * Measures several sides in turn, round after round (direct, Opta, direct, Opta …), so that all of them see the same
 * machine, and a slow minute falls on each.
 */
import { median } from "./statistics.ts";

/** Numbers of one round, by name. */
export type Sample = Record<string, number>;

/** All rounds of one side. */
export class Rounds {
  readonly #samples: Sample[] = [];

  add(sample: Sample): void {
    this.#samples.push(sample);
  }

  /** One number of each round. */
  all(name: string): number[] {
    return this.#samples.map((sample) => sample[name] ?? NaN);
  }

  median(name: string): number {
    return median(this.all(name));
  }
}

/** @param onRound called before each measurement, to say how far it is */
export async function interleave<Side extends string>(
  count: number,
  sides: Record<Side, () => Promise<Sample>>,
  onRound: (side: Side, round: number) => void = () => {},
): Promise<Record<Side, Rounds>> {
  const names = Object.keys(sides) as Side[];
  const rounds = Object.fromEntries(names.map((name) => [name, new Rounds()])) as Record<Side, Rounds>;
  for (let round = 1; round <= count; round++) {
    for (const name of names) {
      onRound(name, round);
      rounds[name].add(await sides[name]());
    }
  }
  return rounds;
}
