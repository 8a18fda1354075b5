/** A list in whose place the chosen item is opened, until that is closed again. */
import { Value } from "@opta/view/value";
import type { Pane } from "../pane.ts";
import type { ListOverlay } from "./list_overlay.ts";

export type OpenedPane = Pane & Partial<Disposable>;

export interface Opened extends Pane, Disposable {
  open(pane: OpenedPane): void;
  /** Back to the list. */
  close(): void;
  /** What is shown has changed. */
  changed(): void;
}

/** @param dispose ends what the list looks at */
export function openedIn<T extends { readonly id: string }>(list: ListOverlay<T>, dispose: () => void): Opened {
  const opened = new Value<OpenedPane | null>(null);
  const changes = new Value(0);
  const changed = () => changes.set(changes.get() + 1);
  const stopList = list.subscribe(changed);
  let stopOpened = () => {};
  const set = (pane: OpenedPane | null) => {
    stopOpened();
    opened.get()?.[Symbol.dispose]?.();
    stopOpened = pane?.subscribe(changed) ?? (() => {});
    opened.set(pane);
    changed();
  };
  return {
    press: (key, isAlone) => (opened.get() ?? list).press(key, isAlone),
    view: (size) => (opened.get() ?? list).view(size),
    subscribe: changes.subscribe,
    open: set,
    close: () => set(null),
    changed,
    [Symbol.dispose]() {
      set(null);
      stopList();
      dispose();
      list[Symbol.dispose]();
    },
  };
}
