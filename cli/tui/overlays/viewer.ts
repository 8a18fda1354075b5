/** A long text to look at: it scrolls, is searched, and may grow meanwhile. What keys do is left to `pressViewer`. */
import { Value } from "@opta/view/value";
import type { Key } from "../../chat/keys.ts";
import type { Pane, PaneSize, PaneView } from "../pane.ts";
import type { Row, Span } from "../row.ts";
import { type Scrolled, scrolledTo, type ScrollSize } from "../scroll.ts";
import type { TextDocument, TextRow } from "../text_document.ts";
import { fieldView } from "../text_field.ts";
import type { Theme } from "../theme.ts";
import { bodyRowsOf, frame, type FrameParts, type Status } from "./frame.ts";
import { END, initialViewer, pressViewer, type ViewerState } from "./viewer_state.ts";

export interface ViewerOptions {
  title(): string;
  theme(): Theme;
  /** The same object until it has changed. */
  text(): TextDocument;
  /** Begins at the end, and stays there while the text grows. */
  isFollowing?: boolean;
  /** What else can be pressed: for the hints. */
  hints?(): readonly string[];
  /** How things stand, when there is something to say. */
  status?(): Status | null;
  /** @returns whether the key is for somebody else */
  onKey?(key: Key, isAlone: boolean): boolean;
  close(): void;
}

/** Where nothing has been drawn yet. */
const UNSEEN: ScrollSize = { columns: 80, rows: 20 };

export class Viewer implements Pane {
  readonly #options: ViewerOptions;
  readonly #state: Value<ViewerState>;
  readonly #changes = new Value(0);
  #size = UNSEEN;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#state = new Value(initialViewer(options.isFollowing ? END : undefined));
  }

  /** The text has changed, or what is said about it. */
  readonly changed = (): void => this.#changes.set(this.#changes.get() + 1);

  press(key: Key, isAlone: boolean): boolean {
    const state = this.#state.get();
    if (!state.field && this.#options.onKey?.(key, isAlone)) return true;
    const next = pressViewer(state, key, this.#options.text(), this.#size);
    if (next) this.#state.set(next);
    else this.#options.close();
    return true;
  }

  view(size: PaneSize): PaneView {
    const { view, scroll } = viewText(this.#state.get(), this.#options, size);
    this.#size = scroll;
    return view;
  }

  readonly subscribe = (listener: () => void): () => void => {
    const stops = [this.#state.subscribe(listener), this.#changes.subscribe(listener)];
    return () => stops.forEach((stop) => stop());
  };
}

/** Pure. */
function viewText(
  { place, field, query, note }: ViewerState,
  { title, theme, text, hints, status }: ViewerOptions,
  size: PaneSize,
): { view: PaneView; scroll: ScrollSize } {
  const { columns } = size;
  const typed = field && fieldView(field, Math.max(1, columns - 1));
  const shownStatus: Status | null = note === null ? status?.() ?? null : { text: note, role: "warning" };
  const around = { status: shownStatus, prompt: typed ? [["/", "accent"], [typed.text]] satisfies Row : null };
  const scroll = { columns, rows: bodyRowsOf(size, around) };
  const scrolled = scrolledTo(text(), place, scroll);
  const parts: FrameParts = {
    title: [[title(), "heading"]],
    note: describePlace(scrolled, text().lineCount),
    body: scrolled.rows.map((row) => ({ row: marked(row, query) })),
    ...around,
    hints: field ? ["Enter searches", "Esc back"] : [
      ...(hints?.() ?? []),
      "/ searches",
      ...(query === "" ? [] : ["n N further"]),
      "↑ ↓ PgUp PgDn",
      "Esc or q back",
    ],
    ...(typed && { cursor: { where: "prompt", column: 1 + typed.cursorColumn } as const }),
  };
  return { view: frame(parts, size, theme()), scroll };
}

function describePlace({ above, below, place }: Scrolled, lineCount: number): string {
  if (above + below === 0) return "";
  return `line ${(place.line + 1).toLocaleString("en-US")} of ${lineCount.toLocaleString("en-US")}`;
}

/** What was searched for stands out. */
function marked({ text, role }: TextRow, query: string): Row {
  if (query === "") return [[text, role]];
  const spans: Span[] = [];
  const [row, wanted] = [text.toLowerCase(), query.toLowerCase()];
  // Where a letter has another length in lower case the places would be off: such a row is not marked.
  if (row.length !== text.length) return [[text, role]];
  let at = 0;
  for (let found = row.indexOf(wanted); found >= 0; found = row.indexOf(wanted, at)) {
    spans.push([text.slice(at, found), role], [text.slice(found, found + wanted.length), "selected"]);
    at = found + wanted.length;
  }
  return [...spans, [text.slice(at), role]];
}
