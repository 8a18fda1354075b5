/** A place for a pane on the screen: asks it for its lines only when they may have changed. */
import type { Theme } from "./theme.ts";
import type { Value } from "@opta/view/value";
import type { Pane, PaneSize, PaneView } from "./pane.ts";

export class PaneSlot<P extends Pane> implements Disposable {
  readonly pane: P;
  readonly #stop: (() => void)[];
  #shown: { size: PaneSize; view: PaneView } | null = null;

  /** @param onChange the pane is to be drawn again */
  constructor(pane: P, theme: Value<Theme>, onChange: () => void) {
    this.pane = pane;
    const change = () => {
      this.#shown = null;
      onChange();
    };
    this.#stop = [pane.subscribe(change), theme.subscribe(change)];
  }

  readonly view = (size: PaneSize): PaneView => {
    const before = this.#shown;
    if (before && before.size.columns === size.columns && before.size.rows === size.rows) return before.view;
    const view = this.pane.view(size);
    this.#shown = { size, view };
    return view;
  };

  [Symbol.dispose](): void {
    for (const stop of this.#stop) stop();
    if (Symbol.dispose in this.pane) (this.pane as P & Disposable)[Symbol.dispose]();
  }
}
