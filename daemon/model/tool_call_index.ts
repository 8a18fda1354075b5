/**
 * Tells the deltas of several tool calls apart. Servers disagree on how: some leave out the index, begin it at 1, or use one
 * index for two calls; some name the id in the first delta alone, some in none, some in all. Here each call gets its own
 * index, counted from 0 in the order of appearance.
 */

/** What a server says of where a delta belongs. */
export interface ToolCallPlace {
  index: number | null;
  id: string | null;
}

export class ToolCallIndex {
  /** The ids of the calls so far; the position is the call's index here. */
  readonly #ids: (string | null)[] = [];
  /** The latest call at an index of the server. */
  readonly #atServerIndex = new Map<number, number>();

  get count(): number {
    return this.#ids.length;
  }

  /** The call to which a delta belongs; a new one when it names an id or an index not seen before. */
  place({ index, id }: ToolCallPlace): number {
    const latest = index === null ? this.count - 1 : this.#atServerIndex.get(index) ?? -1;
    if (id === null) return latest >= 0 ? latest : this.#begin(index, null);

    const known = this.#ids.indexOf(id);
    if (known >= 0) return known;
    if (latest >= 0 && this.#ids[latest] === null) {
      this.#ids[latest] = id; // its first deltas came without the id
      return latest;
    }
    return this.#begin(index, id);
  }

  #begin(index: number | null, id: string | null): number {
    const call = this.#ids.push(id) - 1;
    if (index !== null) this.#atServerIndex.set(index, call);
    return call;
  }
}
