/**
 * One turn as it grows: what of it is finished is given once, in the order of its parts, and what is not stands in the live
 * region. It remembers how far it is, so that it can be shown the turn at any time, also after a fresh snapshot.
 *
 *     begin ─► header ─► part ─► part ─► … ─► end
 *                         │
 *                         └ a text gives its blocks as they close; thinking and tool calls one item when they are over
 */
import type { Part, Permission, ToolPart, Turn } from "@opta/protocol";
import { isPassing } from "../../chat/transcript.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { Theme } from "../theme.ts";
import type { Item } from "./item.ts";
import type { LanguageGate } from "./language_gate.ts";
import type { BlockRenderer } from "./render_block.ts";
import { TextPrinter, type TextView } from "./text_printer.ts";
import { folded, runningCard, toolCard } from "./tool_card.ts";
import { endLines, isUnbegun, remark, thinkingLine, thoughtLine, turnHeader } from "./turn_lines.ts";

/** Milliseconds without any change after which it is said that the model is waited for. */
const QUIET_MS = 1_000;

export interface TurnContext {
  clientId: string;
  renderer: BlockRenderer;
  languages: LanguageGate;
  /** Milliseconds of the clock that `live` is given. */
  now(): number;
}

export type Permissions = Readonly<Record<string, Permission>>;

export class TurnPrinter {
  readonly turnId: string;
  readonly #context: TurnContext;
  #isBegun = false;
  #isEnded = false;
  /** Parts of which all is printed. */
  #printed: Part[] = [];
  #text: TextPrinter | null = null;
  /** When thoughts and calls that are not over were seen first, by their ids. */
  readonly #since = new Map<string, number>();
  /** Of the turn that was seen last: events leave it, a snapshot makes another. */
  #start: Turn["start"];
  /** The progress that was printed last, because it matters beyond its moment. */
  #progress: string | null = null;
  /** When something of it changed last. */
  #movedMs: number;
  #turn: Turn | null = null;
  readonly #cards = new WeakMap<ToolPart, { columns: number; theme: Theme; lines: string[] }>();

  constructor(turnId: string, context: TurnContext) {
    this.turnId = turnId;
    this.#context = context;
    this.#movedMs = context.now();
  }

  /** All of it is printed. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Something is printed whose rest comes yet: a remark would tear it apart. */
  get isWithinBlock(): boolean {
    return this.#text?.isWithinBlock ?? false;
  }

  /** What is to be printed now. */
  take(turn: Turn, permissions: Permissions, view: TextView): Item[] {
    const items: Item[] = [];
    if (turn !== this.#turn) this.#movedMs = this.#context.now();
    this.#turn = turn;
    if (isUnbegun(turn) && !this.#isBegun) {
      this.#isEnded = true;
      return [{ lines: remark(`cancelled before it began: ${turn.content.slice(0, 200)}`, view), isApart: true }];
    }
    if (this.#isBegun && !this.#agrees(turn)) {
      this.#restart();
      const words = "What stands above of this turn differs from the session's log. Here it is again:";
      items.push({ lines: remark(words, view, "warning"), isApart: true });
    }
    this.#start = turn.start;
    if (!this.#isBegun) {
      const { clientId } = this.#context;
      items.push({ lines: turnHeader(turn, { ...view, clientId, isUnfolded: false }), isApart: true });
      this.#isBegun = true;
    }
    const isThrough = this.#takeParts(turn, permissions, view, items);
    this.#takeProgress(turn, view, items);
    if (isThrough && turn.end) {
      items.push({ lines: endLines(turn, turn.end, { ...view, clientId: this.#context.clientId }), isApart: true });
      this.#isEnded = true;
    }
    return items.filter(({ lines }) => lines.length > 0);
  }

  /** What of it is not printed, as it stands now. */
  live(turn: Turn, permissions: Permissions, view: TextView, nowMs: number): Item[] {
    const items: Item[] = [];
    for (let at = this.#printed.length; at < turn.parts.length; at++) {
      items.push(...this.#livePart(turn, at, permissions, view, nowMs));
    }
    const status = this.#statusOf(turn, nowMs, items.length > 0);
    const line = status === null ? [] : remark(status, view).slice(0, 1);
    return [...items, { lines: line, isApart: true }].filter(({ lines }) => lines.length > 0);
  }

  /** @returns whether all parts are printed */
  #takeParts(turn: Turn, permissions: Permissions, view: TextView, items: Item[]): boolean {
    for (let at = this.#printed.length; at < turn.parts.length; at++) {
      if (!this.#takePart(turn, at, permissions, view, items)) return false;
      this.#printed.push(turn.parts[at]!);
    }
    return true;
  }

  /** @returns whether all of the part is printed */
  #takePart(turn: Turn, at: number, permissions: Permissions, view: TextView, items: Item[]): boolean {
    const part = turn.parts[at]!;
    const isOver = at < turn.parts.length - 1 || turn.end !== undefined;
    switch (part.kind) {
      case "text": {
        const { renderer, languages } = this.#context;
        this.#text ??= new TextPrinter(part.partId, renderer, languages);
        this.#text.read(part.text);
        if (isOver) this.#text.end();
        const taken = this.#text.take(view);
        items.push(...taken.items);
        if (!isOver || taken.isWaiting) return false;
        this.#text = null;
        return true;
      }
      case "thinking": {
        const isNew = !this.#since.has(part.partId);
        const elapsedMs = this.#context.now() - this.#sinceMs(part.partId);
        if (!isOver) return false;
        items.push({ lines: remark(thoughtLine(isNew ? null : elapsedMs), view), isApart: true });
        return true;
      }
      case "tool": {
        this.#sinceMs(part.callId);
        if (!part.end && !turn.end) return false;
        items.push({ lines: this.#card(part, permissions, view), isApart: isFirstCall(turn, at) });
        return true;
      }
      default:
        return part satisfies never;
    }
  }

  #livePart(turn: Turn, at: number, permissions: Permissions, view: TextView, nowMs: number): Item[] {
    const part = turn.parts[at]!;
    switch (part.kind) {
      case "text":
        return part.partId === this.#text?.partId ? this.#text.live(view) : [];
      case "thinking": {
        const line = thinkingLine(nowMs - this.#sinceMs(part.partId), part.text, view.columns);
        return [{ lines: [view.theme.paint("dim", line)], isApart: true }];
      }
      case "tool": {
        const elapsedMs = nowMs - this.#sinceMs(part.callId);
        const lines = part.end ? this.#card(part, permissions, view) : [runningCard(part, elapsedMs, view)];
        return [{ lines, isApart: isFirstCall(turn, at) }];
      }
      default:
        return part satisfies never;
    }
  }

  #card(part: ToolPart, permissions: Permissions, view: TextView): string[] {
    const { columns, theme } = view;
    const known = this.#cards.get(part);
    if (known?.columns === columns && known.theme === theme) return known.lines;
    const request = Object.values(permissions).findLast(({ callId }) => callId === part.callId);
    const lines = toolCard(part, request, { columns, theme, fold: folded });
    this.#cards.set(part, { columns, theme, lines });
    return lines;
  }

  /** What matters beyond its moment, such as that another model answers. */
  #takeProgress({ progress }: Turn, view: TextView, items: Item[]): void {
    if (!progress || isPassing(progress.phase) || this.isWithinBlock || progress.message === this.#progress) return;
    this.#progress = progress.message;
    items.push({ lines: remark(sanitizeLine(progress.message), view), isApart: true });
  }

  /** A sign of life while nothing else moves. */
  #statusOf(turn: Turn, nowMs: number, isMoving: boolean): string | null {
    const { cancelRequested, progress, parts, end, start } = turn;
    if (end) return null;
    if (cancelRequested) return "cancelling …";
    if (progress && isPassing(progress.phase)) return sanitizeLine(progress.message);
    const quietMs = nowMs - this.#movedMs;
    if (isMoving || !start || (parts.length > 0 && quietMs < QUIET_MS)) return null;
    return `waiting for ${sanitizeLine(start.model)}${quietMs < QUIET_MS ? "" : ` · ${Math.floor(quietMs / 1_000)} s`}`;
  }

  /** Since when it is seen. */
  #sinceMs(id: string): number {
    const known = this.#since.get(id);
    if (known !== undefined) return known;
    const nowMs = this.#context.now();
    this.#since.set(id, nowMs);
    return nowMs;
  }

  /** Whether what is printed is the beginning of this. The text is compared only when it may be another than before. */
  #agrees({ parts, start }: Turn): boolean {
    const text = this.#text;
    const current = parts[this.#printed.length];
    if (parts.length < this.#printed.length) return false;
    if (text && (current?.kind !== "text" || current.partId !== text.partId)) return false;
    if (text && current?.kind === "text" && current.text.length < text.raw.length) return false;
    if (start === this.#start) return true;
    const isSameText = !text || (current?.kind === "text" && current.text.startsWith(text.raw));
    return isSameText && this.#printed.every((part, at) => isSamePart(part, parts[at]!));
  }

  #restart(): void {
    this.#isBegun = false;
    this.#printed = [];
    this.#text = null;
  }
}

/** The first one is set apart from what is above; calls stand close together. */
function isFirstCall({ parts }: Turn, at: number): boolean {
  return parts[at - 1]?.kind !== "tool";
}

/** As far as it is seen: of a thought nothing is printed but that there was one. */
function isSamePart(a: Part, b: Part): boolean {
  if (a.kind === "tool") return b.kind === "tool" && a.callId === b.callId;
  return b.kind === a.kind && a.partId === b.partId && (a.kind === "thinking" || a.text === b.text);
}
