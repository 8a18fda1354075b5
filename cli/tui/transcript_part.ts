/**
 * The conversation on the screen of the terminal UI: what is printed and scrolls away, and the tail that still moves. It
 * keeps the feed of the session that is shown, and what is said beside it.
 */
import type { Session } from "@opta/protocol/client";
import type { SessionState } from "@opta/protocol";
import type { Value } from "@opta/view/value";
import type { PaneSize, PaneView } from "./pane.ts";
import type { Theme } from "./theme.ts";
import { type PrintedBlock, TranscriptFeed } from "./transcript/mod.ts";

/** Latest turns that are printed when a session is opened: what a person scrolls back through; /history has all. */
const MAX_PRINTED_TURNS = 100;

export interface TranscriptPartOptions {
  theme: Value<Theme>;
  clientId: string;
  size(): PaneSize;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** There is more to draw, though no state came. */
  onReady(): void;
}

export class TranscriptPart {
  readonly #options: TranscriptPartOptions;
  #feed: TranscriptFeed | null = null;
  /** What is to be printed before what the feed gives. */
  #above = "";
  /** The feed's first block is parted from what stands above it. */
  #isBelowHeader = false;
  #hasFailed = false;

  constructor(options: TranscriptPartOptions) {
    this.#options = options;
  }

  /** Lines that are painted and sanitized already. */
  say(text: string): void {
    if (this.#feed) this.#feed.say(text);
    else this.#above += `${text}\n`;
  }

  /** Shows this session from now on, its latest turns first; of the one before all is printed. */
  async open({ state }: Pick<Session, "state">, header: string, before: SessionState | null): Promise<void> {
    const { theme, size, clientId, now, onReady } = this.#options;
    const feed = new TranscriptFeed({
      ...{ theme: theme.get(), size: size(), clientId, now, onReady },
      onError: (error) => this.#complain(error),
    });
    await feed.prepare(state, MAX_PRINTED_TURNS);
    if (before) this.#above += this.#taken(before);
    this.#above += `${header}\n`;
    this.#feed = feed;
    this.#isBelowHeader = true;
    this.#above += this.#textOf(feed.history(state, MAX_PRINTED_TURNS));
  }

  /** What is to be printed since the last call, each line with its end. */
  take(state: SessionState | null): string {
    const printed = this.#above;
    this.#above = "";
    return printed + (state ? this.#taken(state) : "");
  }

  readonly tail = ({ columns, rows }: PaneSize): PaneView => ({
    lines: this.#feed?.live({ columns, rows, nowMs: this.#options.now() }) ?? [],
  });

  #taken(state: SessionState): string {
    if (!this.#feed) return "";
    this.#feed.theme = this.#options.theme.get();
    this.#feed.columns = this.#options.size().columns;
    return this.#textOf(this.#feed.take(state));
  }

  #textOf(blocks: readonly PrintedBlock[]): string {
    const gap = blocks.length > 0 && this.#isBelowHeader ? "\n" : "";
    this.#isBelowHeader &&= blocks.length === 0;
    return gap + blocks.map(({ lines }) => lines.map((line) => `${line}\n`).join("")).join("");
  }

  /** Once: it stands there as plain text, so nothing is lost. */
  #complain(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const message = error instanceof Error ? error.message : String(error);
    this.say(this.#options.theme.get().paint("dim", `a part of the answer is shown as plain text: ${message}`));
  }
}
