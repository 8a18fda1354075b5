/**
 * An overlay that is a list: it holds what was typed and chosen, and what is being done with an item. What is listed, and
 * what can be done with it, is given by each overlay; what keys do is left to `pressOverlay`.
 */
import type { Key } from "../../chat/keys.ts";
import { chosenIndex, chosenOf, PAGE_ROWS } from "../list_pane.ts";
import type { Pane, PaneSize, PaneView } from "../pane.ts";
import { type Action, type Done, initialOverlay, type OverlayState, pressOverlay } from "./list_overlay_state.ts";
import { type ListLook, viewList } from "./list_overlay_view.ts";
import { Work } from "./work.ts";

export interface ListOverlayOptions<T extends { readonly id: string }> extends ListLook<T> {
  signal: AbortSignal;
  close(): void;
  /** What is chosen at first. */
  chosenId?: string | null;
  /** What is typed has changed, or another item is chosen. */
  onMove?(query: string, item: T | null, index: number): void;
  /** Enter where nothing is listed. */
  retry?(): void;
}

export class ListOverlay<T extends { readonly id: string }> implements Pane, Disposable {
  readonly #options: ListOverlayOptions<T>;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  readonly #work: Work;
  #state: OverlayState<T>;
  #pageRows = PAGE_ROWS;

  constructor(options: ListOverlayOptions<T>) {
    this.#options = options;
    this.#state = initialOverlay(options.chosenId ?? null);
    this.#work = new Work(AbortSignal.any([options.signal, this.#closing.signal]), this.changed);
  }

  get query(): string {
    return this.#state.list.filter.text;
  }

  get chosen(): T | null {
    return chosenOf(this.#state.list, this.#options.items(this.query));
  }

  /** What is listed has changed. */
  readonly changed = (): void => {
    for (const listener of this.#listeners) listener();
  };

  press(key: Key, isAlone: boolean): boolean {
    if (this.#work.label !== null) {
      if (key.name === "escape") this.#work.cancel();
      return true;
    }
    const { items: itemsOf, enter, actions = [], canFilter = true, retry, onMove, close } = this.#options;
    const items = itemsOf(this.query);
    if (key.name === "enter" && items.length === 0 && this.#state.mode.kind === "list") retry?.();
    const before = this.#state;
    const { state, effect } = pressOverlay(before, key, isAlone, {
      ...{ items, enter, actions, canFilter, pageRows: this.#pageRows },
    });
    this.#state = state;
    if (state !== before) this.#work.forget();
    if (state.list !== before.list) {
      const now = itemsOf(this.query);
      onMove?.(this.query, chosenOf(state.list, now), chosenIndex(state.list, now.map(({ id }) => id)));
    }
    if (effect.kind === "close") close();
    else if (effect.kind === "run") this.#run(effect.action, effect.item, effect.text);
    this.changed();
    return true;
  }

  view(size: PaneSize): PaneView {
    const { label, problem } = this.#work;
    const { view, pageRows } = viewList(this.#state, { label, problem }, this.#options, size);
    this.#pageRows = pageRows;
    return view;
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#work[Symbol.dispose]();
    this.#listeners.clear();
  }

  #run(action: Action<T>, item: T, text: string): void {
    let done: Done = "stay";
    const work = async (signal: AbortSignal) => {
      done = await action.run(item, text, signal);
    };
    this.#work.run(action.doing, work).then((isDone) => {
      if (!isDone) return;
      if (done === "close") return this.#options.close();
      this.#state = { ...this.#state, mode: { kind: "list" } };
      this.changed();
    });
  }
}

/** The overlay that a list is, with what it needs and what goes with it. */
export function overlayOf<T extends { readonly id: string }>(
  list: ListOverlay<T>,
  ...others: readonly Disposable[]
): Pane & Disposable {
  return {
    press: (key, isAlone) => list.press(key, isAlone),
    view: (size) => list.view(size),
    subscribe: (listener) => list.subscribe(listener),
    [Symbol.dispose]() {
      for (const other of others) other[Symbol.dispose]();
      list[Symbol.dispose]();
    },
  };
}
