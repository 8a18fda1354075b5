/**
 * Reads one turn as it grows and gives every piece of it exactly once, safe for a terminal. It knows how far it has read,
 * so it can be shown the whole turn at any time: after attaching late, after a lost connection, after a fresh snapshot.
 */
import type { OptaEvent, Turn } from "@opta/protocol";
import { sanitizeLine, Sanitizer } from "../sanitize.ts";

/** `isFirst`: the piece begins a new part of the turn. */
export type Piece =
  | { kind: "text" | "thinking"; text: string; isFirst: boolean }
  | { kind: "tool"; text: string; isFirst: true };

type Delta = Extract<OptaEvent, { event: "turn.token" | "turn.thinking" }>;

/** Where reading stands within a part. `offset` counts the units of the raw text [E4]. */
interface Place {
  kind: "text" | "thinking";
  partId: string;
  offset: number;
  sanitizer: Sanitizer;
}

export class TurnReader {
  readonly turnId: string;
  /** Parts of the turn that are read, or begun. */
  #begun = 0;
  #place: Place | null = null;

  constructor(turnId: string) {
    this.turnId = turnId;
  }

  /** What a delta adds. It does not look at the text before: reading all of it for each delta would cost the square. */
  readDelta(event: Delta, turn: Turn): Piece[] {
    const { partId, offset, text } = event.payload;
    const place = this.#place;
    const kind = event.event === "turn.token" ? "text" : "thinking";
    const isNext = place?.partId === partId && place.kind === kind && place.offset === offset &&
      this.#begun === turn.parts.length;
    return isNext ? this.#readOn(place, text, false) : this.read(turn);
  }

  /** Everything that has not been read yet. */
  read(turn: Turn): Piece[] {
    const pieces: Piece[] = [];
    const current = turn.parts[this.#begun - 1];
    if (this.#place && current && current.kind !== "tool") {
      pieces.push(...this.#readOn(this.#place, current.text.slice(this.#place.offset), false));
    }
    for (const part of turn.parts.slice(this.#begun)) {
      this.#begun++;
      if (part.kind === "tool") {
        this.#place = null;
        pieces.push({ kind: "tool", text: sanitizeLine(part.toolName), isFirst: true });
      } else {
        this.#place = { kind: part.kind, partId: part.partId, offset: 0, sanitizer: new Sanitizer() };
        pieces.push(...this.#readOn(this.#place, part.text, true));
      }
    }
    return pieces;
  }

  #readOn(place: Place, text: string, isFirst: boolean): Piece[] {
    place.offset += text.length;
    const shown = place.sanitizer.push(text);
    return shown === "" && !isFirst ? [] : [{ kind: place.kind, text: shown, isFirst }];
  }
}
