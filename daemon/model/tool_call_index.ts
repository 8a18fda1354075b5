/**
 * Tells the deltas of several tool calls apart. Servers disagree on how: some leave out the index, begin it at 1, or use one
 * index for two calls; some name the id in the first delta alone, some in none, some in all, and some make a new one for each.
 * Here each call gets its own index, counted from 0 in the order of appearance, and is told its id and its name once. (A name
 * may come in pieces.)
 */
import { JsonEnd } from "./json_end.ts";

/** A piece of a tool call, as a server sends it. */
export interface ToolCallDelta {
  index: number | null;
  id: string | null;
  name: string | null;
  arguments: string;
}

/** Where a delta belongs, and what it says of its call that was not said before. */
export interface ToolCallPlace {
  index: number;
  id: string | null;
  name: string | null;
}

interface Call {
  readonly index: number;
  readonly end: JsonEnd;
  id: string | null;
  name: string | null;
}

export class ToolCallIndex {
  readonly #calls: Call[] = [];
  readonly #byId = new Map<string, Call>();
  /** The latest call at an index of the server. */
  readonly #atServerIndex = new Map<number, Call>();

  get count(): number {
    return this.#calls.length;
  }

  /** The arguments of each call are a whole object, or there are none. */
  get areWhole(): boolean {
    return this.#calls.every(({ end }) => end.isWhole || !end.hasBegun);
  }

  place(delta: ToolCallDelta): ToolCallPlace {
    const call = this.#find(delta) ?? this.#begin(delta.index);
    const id = call.id === null ? delta.id : null;
    const name = delta.name === call.name ? null : delta.name;
    call.id ??= id;
    if (name !== null) call.name = (call.name ?? "") + name;
    if (id !== null) this.#byId.set(id, call);
    call.end.push(delta.arguments);
    return { index: call.index, id, name };
  }

  /** The call that a delta continues. */
  #find(delta: ToolCallDelta): Call | undefined {
    const { index, id } = delta;
    const known = id === null ? undefined : this.#byId.get(id);
    if (known) return known;
    const latest = index === null ? this.#calls.at(-1) : this.#atServerIndex.get(index);
    return latest && !beginsAnother(delta, latest) ? latest : undefined;
  }

  #begin(serverIndex: number | null): Call {
    const call: Call = { index: this.count, end: new JsonEnd(), id: null, name: null };
    this.#calls.push(call);
    if (serverIndex !== null) this.#atServerIndex.set(serverIndex, call);
    return call;
  }
}

/**
 * Whether a delta at the place of a call is the first of another one. A name makes a call, when a new id comes with it, or when
 * the arguments have begun, to which it is none or another; before that it may be more of the name. A new id alone does when
 * the arguments are whole: some servers make one for each delta.
 */
function beginsAnother({ id, name }: ToolCallDelta, call: Call): boolean {
  const { isWhole, hasBegun } = call.end;
  const isNewId = id !== null && call.id !== null;
  if (name === null || call.name === null) return isNewId && (name !== null || isWhole);
  return isNewId || isWhole || (hasBegun && name !== call.name);
}
