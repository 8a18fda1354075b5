/**
 * Which rows of a long list are drawn, and where the list stands: at its end, where it follows what is added; or at a row,
 * which stays where it is whatever is measured, added or unfolded above it.
 *
 *     scrolled up ─► at a row ─── scrolled to the end, `toEnd()` ─► at the end ─► …
 */
import { Value } from "@opta/view/value";
import { RowHeights } from "./row_heights.ts";

/** The rows from `first` to before `end`, with so many CSS pixels of others above and below. */
export interface Range {
  readonly first: number;
  readonly end: number;
  readonly above: number;
  readonly below: number;
}

/** CSS pixels above and below what is seen that are drawn as well: scrolling meets rows that are there. */
const OVERSCAN = 900;
/** CSS pixels from the end that still count as the end. */
const NEAR_END = 48;
const NONE: Range = { first: 0, end: 0, above: 0, below: 0 };

export class Scroller implements Disposable {
  readonly range = new Value<Range>(NONE);
  readonly isAtEnd = new Value(true);
  readonly #heights = new RowHeights();
  readonly #rows = new Map<Element, number>();
  readonly #observer = new ResizeObserver((entries) => this.#measured(entries));
  #view: HTMLElement | null = null;
  #lastTop = 0;
  /** A row that is to be at the top of what is seen, until somebody scrolls. */
  #goal: number | null = null;

  /** The element that scrolls. */
  attach(view: HTMLElement): void {
    this.#view = view;
    view.addEventListener("scroll", this.#scrolled, { passive: true });
    this.#observer.observe(view);
  }

  /** How many rows there are. @param estimate how high one will be */
  setCount(count: number, estimate: (row: number) => number): void {
    if (count === this.#heights.count) return;
    this.#heights.resize(count, estimate);
    this.#update();
  }

  /** All rows are others. */
  reset(): void {
    this.#heights.resize(0, () => 0);
    this.#goal = null;
    this.isAtEnd.set(true);
  }

  /** The element of a row was made. Returns what to do when it goes. */
  watch(row: number, element: Element): () => void {
    this.#rows.set(element, row);
    this.#observer.observe(element);
    return () => {
      this.#rows.delete(element);
      this.#observer.unobserve(element);
    };
  }

  toEnd(): void {
    this.#goal = null;
    this.isAtEnd.set(true);
    this.#update();
    this.settle();
  }

  /** Puts a row at the top of what is seen. */
  toRow(row: number): void {
    if (!this.#view) return;
    this.isAtEnd.set(false);
    this.#goal = row;
    this.#view.scrollTop = this.#lastTop = this.#heights.offsetOf(row);
    this.#update();
  }

  /** The row at the top of what is seen. */
  get topRow(): number {
    return this.#heights.rowAt(this.#top + 1);
  }

  /** Takes the place that is wanted, once the rows stand in the document. */
  settle(): void {
    const view = this.#view;
    if (!view || !this.isAtEnd.get()) return;
    view.scrollTop = view.scrollHeight;
    this.#lastTop = view.scrollTop;
  }

  [Symbol.dispose](): void {
    this.#observer.disconnect();
    this.#view?.removeEventListener("scroll", this.#scrolled);
    this.#view = null;
  }

  /** Where what is seen begins; at the end, where it will once all is measured. */
  get #top(): number {
    if (!this.#view) return 0;
    const end = Math.max(0, this.#heights.total - this.#view.clientHeight);
    return this.isAtEnd.get() ? end : Math.min(this.#view.scrollTop, end);
  }

  readonly #scrolled = (): void => {
    const view = this.#view;
    if (!view) return;
    const top = view.scrollTop;
    const toEnd = view.scrollHeight - view.clientHeight - top;
    // Growing text moves the end away from where we are: only who scrolls up leaves it.
    if (toEnd <= NEAR_END) this.isAtEnd.set(true);
    else if (top < this.#lastTop - 1) this.isAtEnd.set(false);
    if (Math.abs(top - this.#lastTop) > 1) this.#goal = null;
    this.#lastTop = top;
    this.#update();
  };

  #measured(entries: readonly ResizeObserverEntry[]): void {
    const view = this.#view;
    if (!view) return;
    const anchor = this.#goal ?? this.topRow;
    const within = this.#goal === null ? view.scrollTop - this.#heights.offsetOf(anchor) : 0;
    for (const { target, borderBoxSize } of entries) {
      const row = this.#rows.get(target);
      const height = borderBoxSize[0]?.blockSize;
      if (row !== undefined && height !== undefined && height > 0) this.#heights.set(row, height);
    }
    if (!this.isAtEnd.get()) {
      const top = this.#heights.offsetOf(anchor) + within;
      if (Math.abs(top - view.scrollTop) >= 1) view.scrollTop = this.#lastTop = top;
    }
    this.#update();
    this.settle();
  }

  #update(): void {
    if (!this.#view || this.#heights.count === 0) return this.range.set(NONE);
    const top = this.#top;
    const first = this.#heights.rowAt(top - OVERSCAN);
    const end = this.#heights.rowAt(top + this.#view.clientHeight + OVERSCAN) + 1;
    const above = Math.round(this.#heights.offsetOf(first));
    const below = Math.round(this.#heights.total - this.#heights.offsetOf(end));
    const { range } = this;
    const before = range.get();
    const isSame = before.first === first && before.end === end && before.above === above && before.below === below;
    if (!isSame) range.set({ first, end, above, below });
  }
}
