/**
 * One run of text of a turn: its closed blocks are printed as they close. An open block stays below, in the live region,
 * where it is drawn again and again, but for what of it is settled: the lines of a fence, and the beginning of a block that
 * has become taller than the region.
 */
import { type Block, type CodeContent, MarkdownStream } from "@opta/view/markdown";
import { countLines } from "@opta/view/tool_result";
import { Sanitizer } from "../../output/sanitize.ts";
import { CodePainter } from "./code_painter.ts";
import { heightOf, type Item } from "./item.ts";
import type { LanguageGate } from "./language_gate.ts";
import { type ColouredLine, layoutCodeLines, layoutLabel } from "./layout_code.ts";
import { fitTable, layoutRows, layoutTable } from "./layout_table.ts";
import type { BlockRenderer, RenderView } from "./render_block.ts";

export interface TextView extends RenderView {
  /** Of the live region. */
  rows: number;
}

/** Lines of an open block that stay in the live region when its beginning is printed. */
const LEAST_KEPT = 2;
/** How much lower than it is a block may be guessed to be. */
const LEAST_OF_GUESS = 0.7;

/** A fence that is printed line by line. */
interface Fence {
  key: string;
  printed: number;
  painter: CodePainter;
}

export class TextPrinter {
  readonly partId: string;
  readonly #renderer: BlockRenderer;
  readonly #languages: Pick<LanguageGate, "isLoading">;
  readonly #sanitizer = new Sanitizer();
  readonly #stream = new MarkdownStream();
  /** The raw text as far as it has been read. */
  #raw = "";
  /** Closed blocks that have been printed. */
  #printed = 0;
  #fence: Fence | null = null;
  /** Of the last table, for rows that go on with it. */
  #widths: { columns: number; widths: number[] | null } | null = null;
  /** How high the open block was when that was looked at last, and was guessed to be. */
  #measured: { guess: number; height: number } | null = null;
  #live: { view: TextView; items: Item[] } | null = null;

  constructor(partId: string, renderer: BlockRenderer, languages: Pick<LanguageGate, "isLoading">) {
    this.partId = partId;
    this.#renderer = renderer;
    this.#languages = languages;
  }

  get raw(): string {
    return this.#raw;
  }

  /** Something of a block is printed, and the rest of it will be. */
  get isWithinBlock(): boolean {
    return this.#fence !== null && this.#fence.printed > 0;
  }

  read(text: string): void {
    if (text.length === this.#raw.length) return;
    this.#stream.push(this.#sanitizer.push(text.slice(this.#raw.length)));
    this.#raw = text;
    this.#live = null;
  }

  end(): void {
    this.#stream.end();
    this.#live = null;
  }

  /** What is to be printed now. `isWaiting`: a closed block waits for its colours, and everything behind it waits too. */
  take(view: TextView): { items: Item[]; isWaiting: boolean } {
    const items: Item[] = [];
    const isWaiting = !this.#takeClosed(items, view);
    if (isWaiting) return { items, isWaiting };
    const { fence } = this.#stream;
    if (fence) this.#takeFence(fence, items, view);
    else if (this.#isTall(view) && this.#settle(view)) this.#takeClosed(items, view);
    if (items.length > 0) this.#live = null;
    return { items, isWaiting: false };
  }

  /** What stands in the live region: what is not printed yet. */
  live(view: TextView): Item[] {
    const { columns, rows, theme } = view;
    const before = this.#live?.view;
    if (before?.columns !== columns || before.rows !== rows || before.theme !== theme) this.#live = null;
    this.#live ??= { view: { columns, rows, theme }, items: this.#layOutLive(view) };
    return this.#live.items;
  }

  #layOutLive(view: TextView): Item[] {
    const waiting = this.#stream.closed.slice(this.#printed).map((block) => this.#itemOf(block, view));
    const { fence } = this.#stream;
    if (fence) return [...waiting, this.#liveFence(fence, view)];
    return [...waiting, ...this.#stream.open.map((block) => this.#itemOf(block, view))];
  }

  #takeClosed(items: Item[], view: TextView): boolean {
    const { closed } = this.#stream;
    while (this.#printed < closed.length) {
      const block = closed[this.#printed]!;
      if (block.kind === "code" && this.#languages.isLoading(block.language)) return false;
      if (block.kind === "code" && this.#fence?.key === block.key) {
        this.#takeLines(block, block.lines.length, items, view);
      } else items.push(this.#itemOf(block, view));
      if (block.kind === "table" && !block.continues) this.#widths = this.#fit(block, view.columns);
      this.#fence = null;
      this.#printed++;
    }
    return true;
  }

  #takeFence(block: CodeContent & { key: string }, items: Item[], view: TextView): void {
    const ready = block.lines.length;
    if (this.#languages.isLoading(block.language) && ready < view.rows) return;
    if (ready > 0) this.#takeLines(block, ready, items, view);
  }

  /** Prints the lines of a fence up to this one. */
  #takeLines(block: CodeContent & { key: string }, upTo: number, items: Item[], view: TextView): void {
    if (this.#fence?.key !== block.key) {
      this.#fence = { key: block.key, printed: 0, painter: new CodePainter(block.language) };
    }
    const fence = this.#fence;
    if (fence.printed >= upTo) return;
    const isFirst = fence.printed === 0;
    const lines = block.lines.slice(fence.printed, upTo);
    const colours = fence.painter.add(lines);
    items.push(this.#codeItem(block, lines, colours, isFirst, view));
    fence.printed = upTo;
  }

  #liveFence(block: CodeContent & { key: string }, view: TextView): Item {
    const fence = this.#fence?.key === block.key ? this.#fence : null;
    const printed = fence?.printed ?? 0;
    const lastLine = block.partial.slice(-view.rows * view.columns); // of a line that is longer only its end is to be seen
    const lines = [...block.lines.slice(Math.max(printed, block.lines.length - view.rows)), lastLine];
    const painter = fence?.painter ?? new CodePainter(block.language);
    const shown = lastLine === "" ? lines.slice(0, -1) : lines;
    return this.#codeItem(block, shown, painter.peek(shown), printed === 0, view);
  }

  #codeItem(
    block: CodeContent,
    lines: readonly string[],
    colours: readonly ColouredLine[] | null,
    isFirst: boolean,
    view: TextView,
  ): Item {
    const { columns } = view;
    const part: CodeContent = { ...block, lines, partial: "" };
    const layout = () => [
      ...(isFirst ? layoutLabel(block.language, columns) : []),
      ...layoutCodeLines(lines, colours, columns),
    ];
    return { lines: this.#renderer.guard(part, view, layout), isApart: isFirst };
  }

  #itemOf(block: Block, view: TextView): Item {
    if (block.kind === "table" && this.#widths) {
      const { widths } = this.#widths.columns === view.columns ? this.#widths : this.#fit(block, view.columns);
      if (block.continues) {
        const layout = () => layoutRows(block, widths, view.columns, []);
        return { lines: this.#renderer.guard(block, view, layout), isApart: false };
      }
    }
    if (block.kind === "table") {
      const { widths } = this.#fit(block, view.columns);
      const layout = () => layoutTable(block, widths, view.columns, []);
      return { lines: this.#renderer.guard(block, view, layout), isApart: true };
    }
    const isApart = !block.continues || (block.kind === "list" && block.isLoose);
    return { lines: this.#renderer.render(block, view), isApart };
  }

  #fit(table: Extract<Block, { kind: "table" }>, columns: number): { columns: number; widths: number[] | null } {
    try {
      return { columns, widths: fitTable(table, columns) };
    } catch { // said when it is laid out
      return { columns, widths: null };
    }
  }

  /** To know costs as much as to draw it, so that it is known again only when enough has come since. */
  #isTall(view: TextView): boolean {
    const { openText } = this.#stream;
    const guess = countLines(openText) + openText.length / view.columns;
    const known = this.#measured;
    const isGrown = known === null || guess < known.guess || known.height + guess - known.guess > view.rows;
    if (guess <= view.rows * LEAST_OF_GUESS || !isGrown) return false;
    const height = heightOf(this.live(view));
    this.#measured = { guess, height };
    return height > view.rows;
  }

  #settle(view: TextView): boolean {
    const most = heightOf(this.live(view)) - Math.max(LEAST_KEPT, view.rows >> 1);
    return this.#stream.settle((beginning) => this.#itemOf(beginning, view).lines.length <= most);
  }
}
