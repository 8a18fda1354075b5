/**
 * What keys do in an overlay that is a list. Pure. Letters search; what can be done with the chosen item beside Enter is in
 * a menu that Tab opens, so that no letter does harm.
 *
 *     list ── Tab ──► menu ── its letter ──► ask ── Enter ──► run ──► list, or ask again with what went wrong
 *       │ Enter                    └───────► confirm ── y ──┘ ▲
 *       └─────────────────────────────────────────────────────┘
 */
import type { Editor } from "../../chat/editor.ts";
import type { Key } from "../../chat/keys.ts";
import { emptyList, type ListState, pressList } from "../list_pane.ts";
import { editField, emptyField } from "../text_field.ts";

export interface Action<T> {
  /** In the menu; empty for what Enter does. */
  key: string;
  /** `rename` */
  label: string;
  /** While it is done: `renaming it`. */
  doing: string;
  /** Not for every item. */
  isFor?(item: T): boolean;
  /** A text is asked for first. */
  asks?(item: T): Question;
  /** A question to be answered with y first. */
  confirms?(item: T): string;
  /** @returns what becomes of the overlay then; after it was left meanwhile, nothing does */
  run(item: T, text: string, signal: AbortSignal): Promise<Done>;
}

export type Done = "stay" | "close";

export interface Question {
  label: string;
  text: string;
  /** It is not to be seen. */
  isSecret?: boolean;
  /** What arrows choose from. */
  choices?: readonly string[];
}

export type Mode<T> =
  | { kind: "list" }
  | { kind: "menu"; item: T }
  | { kind: "ask"; item: T; action: Action<T>; question: Question; field: Editor }
  | { kind: "confirm"; item: T; action: Action<T>; question: string };

export interface OverlayState<T> {
  list: ListState;
  mode: Mode<T>;
}

export type Effect<T> =
  | { kind: "none" | "close" }
  | { kind: "run"; action: Action<T>; item: T; text: string };

export interface Listed<T> {
  /** As shown now. */
  items: readonly T[];
  enter: Action<T> | null;
  actions: readonly Action<T>[];
  canFilter: boolean;
  pageRows: number;
}

export interface Pressed<T> {
  state: OverlayState<T>;
  effect: Effect<T>;
}

export function initialOverlay<T>(chosenId: string | null = null): OverlayState<T> {
  return { list: emptyList(chosenId), mode: { kind: "list" } };
}

/** @param isAlone no other key came in the same read: only such a one confirms */
export function pressOverlay<T extends { readonly id: string }>(
  state: OverlayState<T>,
  key: Key,
  isAlone: boolean,
  listed: Listed<T>,
): Pressed<T> {
  const { mode } = state;
  switch (mode.kind) {
    case "list":
      return pressInList(state, key, listed);
    case "menu": {
      const letter = key.name === "text" ? key.text.toLowerCase() : "";
      const action = listed.actions.find((action) => action.key === letter && isFor(action, mode.item));
      return action ? begin(state, action, mode.item) : stay({ ...state, mode: { kind: "list" } });
    }
    case "ask":
      return pressInField(state, mode, key);
    case "confirm": {
      const isYes = isAlone && key.name === "text" && key.text.toLowerCase() === "y";
      if (isYes) return { state, effect: { kind: "run", action: mode.action, item: mode.item, text: "" } };
      return stay({ ...state, mode: { kind: "list" } });
    }
    default:
      return mode satisfies never;
  }
}

export function isFor<T>(action: Action<T>, item: T): boolean {
  return action.isFor?.(item) ?? true;
}

function pressInList<T extends { readonly id: string }>(
  state: OverlayState<T>,
  key: Key,
  { items, enter, actions, canFilter, pageRows }: Listed<T>,
): Pressed<T> {
  const chosen = items.find(({ id }) => id === state.list.chosenId) ?? items[0];
  if (key.name === "enter") return chosen && enter && isFor(enter, chosen) ? begin(state, enter, chosen) : stay(state);
  if (key.name === "tab") {
    const hasActions = chosen && actions.some((action) => isFor(action, chosen));
    return stay(hasActions ? { ...state, mode: { kind: "menu", item: chosen } } : state);
  }
  const list = pressList(state.list, key, items.map(({ id }) => id), { pageRows, canFilter });
  if (list) return stay({ ...state, list });
  const closes = key.name === "escape" || (!canFilter && key.name === "text" && key.text === "q");
  return closes ? { state, effect: { kind: "close" } } : stay(state);
}

function pressInField<T>(state: OverlayState<T>, mode: Extract<Mode<T>, { kind: "ask" }>, key: Key): Pressed<T> {
  const { action, item, question: { choices = [] }, field } = mode;
  const typed = (field: Editor) => stay({ ...state, mode: { ...mode, field } });
  if (key.name === "escape") return stay({ ...state, mode: { kind: "list" } });
  if (key.name === "enter") return { state, effect: { kind: "run", action, item, text: field.text } };
  if ((key.name === "up" || key.name === "down") && choices.length > 0) {
    const at = choices.indexOf(field.text);
    const step = key.name === "down" ? 1 : -1;
    const next = at < 0 ? 0 : (at + step + choices.length) % choices.length;
    return typed(emptyField(choices[next]!));
  }
  const edited = editField(field, key);
  return edited ? typed(edited) : stay(state);
}

function begin<T>(state: OverlayState<T>, action: Action<T>, item: T): Pressed<T> {
  const question = action.asks?.(item);
  if (question) {
    const field = emptyField(question.text);
    return stay({ ...state, mode: { kind: "ask", item, action, question, field } });
  }
  const confirms = action.confirms?.(item);
  if (confirms !== undefined) {
    return stay({ ...state, mode: { kind: "confirm", item, action, question: confirms } });
  }
  return { state: { ...state, mode: { kind: "list" } }, effect: { kind: "run", action, item, text: "" } };
}

function stay<T>(state: OverlayState<T>): Pressed<T> {
  return { state, effect: { kind: "none" } };
}
