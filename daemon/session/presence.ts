/**
 * Who is attached to each session right now. It is told to whoever attaches, and to the others when it has changed:
 * changes are gathered for a short time, and a subscriber keeps only which list it was told last, never a queue [R5].
 *
 *     enter, leave ─► version + 1 ─► (delay) ─► published ─► wake ─► seat.news() of each follower
 */
import { type AttachedClient, MAX_LISTED_CLIENTS, type SubscriptionFrame } from "@opta/protocol";
import { PRESENCE_DELAY_MS, PRESENCE_DELAY_MS_PER_FOLLOWER } from "./limits.ts";

export type PresenceFrame = Extract<SubscriptionFrame, { type: "presence" }>;

/** Calls `run` once, `ms` from now. Returns the way to call it off. */
export type After = (ms: number, run: () => void) => () => void;

/** The place of one subscription. */
export interface Seat extends Disposable {
  /** Everybody who is here at this moment; `null` for a follower without a name, who is told nothing. */
  present(): PresenceFrame | null;
  /** The published list, if it is another one than what this follower was told last. */
  news(): PresenceFrame | null;
}

/** One state of a room. */
interface Roll {
  version: number;
  frame: PresenceFrame;
  /** By which two states are compared: who comes back within the delay has not left. */
  text: string;
}

/** How somebody is shown who does not say what it is. */
const UNKNOWN_KIND = "unknown";

/** What a client says of itself, as others are shown it; `null` when it gives no name. */
export function attachedClient(
  { clientId, writerId = null, kind = UNKNOWN_KIND }: { clientId?: string; writerId?: string | null; kind?: string },
): AttachedClient | null {
  return clientId ? { clientId, writerId, kind } : null;
}

export class Presence {
  readonly #rooms = new Map<string, Room>();
  readonly #after: After;

  constructor(after: After = realTimeout) {
    this.#after = after;
  }

  /**
   * Counts a follower in until its seat is disposed.
   *
   * @param client `null` for one without a name: it is counted, not listed
   * @param wake called when there may be news
   */
  enter(sessionId: string, client: AttachedClient | null, wake: () => void): Seat {
    const room = this.#rooms.get(sessionId) ?? new Room(sessionId, this.#after);
    this.#rooms.set(sessionId, room);
    const leave = room.enter(client, wake);
    let told: Roll | null = null;
    const tell = (roll: Roll) => (told = roll).frame;
    return {
      present: () => client && tell(room.roll),
      news: () => {
        const { published } = room;
        if (!told || !published || published.version <= told.version) return null;
        if (published.text !== told.text) return tell(published);
        told = published;
        return null;
      },
      [Symbol.dispose]: () => {
        leave();
        if (room.isEmpty && this.#rooms.get(sessionId) === room) this.#rooms.delete(sessionId);
      },
    };
  }

  /** Who follows anything, all sessions together: clients by kind, each once, and subscriptions without a name. */
  census(): { kinds: Record<string, number>; unnamed: number } {
    const kindOf = new Map<string, string>();
    let unnamed = 0;
    for (const room of this.#rooms.values()) {
      unnamed += room.anonymous;
      for (const { clientId, kind } of room.clients()) kindOf.set(clientId, kind);
    }
    const kinds: Record<string, number> = {};
    for (const kind of kindOf.values()) kinds[kind] = (kinds[kind] ?? 0) + 1;
    return { kinds, unnamed };
  }

  /** Sessions that somebody follows. */
  get roomCount(): number {
    return this.#rooms.size;
  }
}

class Room {
  readonly #sessionId: string;
  readonly #after: After;
  /** By client, what each of its connections says of it. One that all know of keeps its place until they hear that it left. */
  readonly #clients = new Map<string, AttachedClient[]>();
  #named = 0;
  readonly #wakes = new Set<() => void>();
  #anonymous = 0;
  #version = 0;
  #roll: Roll | null = null;
  #callOff: (() => void) | null = null;
  published: Roll | null = null;

  constructor(sessionId: string, after: After) {
    this.#sessionId = sessionId;
    this.#after = after;
  }

  get isEmpty(): boolean {
    return this.#wakes.size === 0;
  }

  get anonymous(): number {
    return this.#anonymous;
  }

  /** Those with a name, each once. */
  *clients(): Generator<AttachedClient> {
    for (const connections of this.#clients.values()) {
      const latest = connections.at(-1); // what its newest connection says
      if (latest) yield latest;
    }
  }

  /** Who is here at this moment. */
  get roll(): Roll {
    if (this.#roll?.version === this.#version) return this.#roll;
    const clients = [...this.clients().take(MAX_LISTED_CLIENTS)];
    const more = this.#named - clients.length + this.#anonymous;
    const frame: PresenceFrame = { type: "presence", sessionId: this.#sessionId, clients, more };
    return this.#roll = { version: this.#version, frame, text: JSON.stringify(frame) };
  }

  /** Returns the way out. */
  enter(client: AttachedClient | null, wake: () => void): () => void {
    const place = () => wake(); // its own, should two followers bring the same function
    this.#wakes.add(place);
    if (client) this.#add(client);
    else this.#anonymous++;
    this.#changed();
    return () => {
      if (!this.#wakes.delete(place)) return;
      if (client) this.#remove(client);
      else this.#anonymous--;
      this.#changed();
    };
  }

  #add(client: AttachedClient): void {
    const connections = this.#clients.get(client.clientId) ?? [];
    if (connections.push(client) === 1) this.#named++;
    this.#clients.set(client.clientId, connections);
  }

  #remove(client: AttachedClient): void {
    const connections = this.#clients.get(client.clientId) ?? [];
    connections.splice(connections.indexOf(client), 1);
    if (connections.length > 0) return;
    this.#named--;
    const isKnown = this.published?.frame.clients.some(({ clientId }) => clientId === client.clientId);
    if (!isKnown) this.#clients.delete(client.clientId);
  }

  #changed(): void {
    this.#version++;
    if (this.isEmpty) {
      this.#callOff?.();
      this.#callOff = null;
      return;
    }
    const delayMs = Math.max(PRESENCE_DELAY_MS, this.#wakes.size * PRESENCE_DELAY_MS_PER_FOLLOWER);
    this.#callOff ??= this.#after(delayMs, () => this.#publish());
  }

  #publish(): void {
    this.#callOff = null;
    for (const [clientId, connections] of this.#clients) {
      if (connections.length === 0) this.#clients.delete(clientId);
    }
    this.published = this.roll;
    for (const wake of this.#wakes) wake();
  }
}

function realTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
