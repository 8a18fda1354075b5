/**
 * Reads one turn as it grows and gives every piece of it exactly once, safe for a terminal. It knows how far it has read,
 * so it can be shown the whole turn at any time: after attaching late, after a lost connection, after a fresh snapshot.
 */
import type { OptaEvent, ToolPart, Turn } from "@opta/protocol";
import { Sanitizer } from "../output/sanitize.ts";

/**
 * `isFirst`: the piece begins a new part of the turn. A tool call is two pieces, or one where both are known at once; it is
 * as it came, not safe for a terminal.
 */
export type Piece =
  | { kind: "text" | "thinking"; text: string; isFirst: boolean }
  | { kind: "tool"; part: ToolPart; step: "start" | "end" | "whole" };

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
  /** Where those stand that are tool calls without an end. */
  #open: number[] = [];
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
    pieces.push(...this.#readEnds(turn));
    for (const part of turn.parts.slice(this.#begun)) {
      const at = this.#begun++;
      if (part.kind === "tool") {
        this.#place = null;
        if (!part.end) this.#open.push(at);
        pieces.push({ kind: "tool", part, step: part.end ? "whole" : "start" });
      } else {
        this.#place = { kind: part.kind, partId: part.partId, offset: 0, sanitizer: new Sanitizer() };
        pieces.push(...this.#readOn(this.#place, part.text, true));
      }
    }
    return pieces;
  }

  #readEnds({ parts }: Turn): Piece[] {
    const pieces: Piece[] = [];
    this.#open = this.#open.filter((at) => {
      const part = parts[at];
      if (part?.kind !== "tool" || !part.end) return true;
      pieces.push({ kind: "tool", part, step: "end" });
      return false;
    });
    return pieces;
  }

  #readOn(place: Place, text: string, isFirst: boolean): Piece[] {
    place.offset += text.length;
    const shown = place.sanitizer.push(text);
    return shown === "" && !isFirst ? [] : [{ kind: place.kind, text: shown, isFirst }];
  }
}
