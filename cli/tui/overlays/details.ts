/** The overlay of details (Ctrl-O): the tool calls and thoughts of the session, the newest first, each to be opened in full. */
import type { SessionState } from "@opta/protocol";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { OverlayContext, OverlayFactory } from "../overlay.ts";
import { spread } from "../row.ts";
import { detailDocument } from "./detail_document.ts";
import { describeDetail, type DetailItem, detailItems } from "./detail_items.ts";
import { ListOverlay } from "./list_overlay.ts";
import { openedIn } from "./opened_in.ts";
import { rankItems } from "./rank_items.ts";
import { Viewer } from "./viewer.ts";

export const detailsOverlay: OverlayFactory = ({ session, theme, signal, close }: OverlayContext) => {
  const items = lastOf(() => session.state, isSame, detailItems);
  const list: ListOverlay<DetailItem> = new ListOverlay<DetailItem>({
    title: "Details",
    theme: theme.get,
    signal,
    close,
    items: (query) => rankItems(query, items(), searchedText),
    rowOf(item, columns) {
      const { name, subject, note, isBad } = describeDetail(item);
      const shownNote = sanitizeLine(note).slice(0, Math.max(0, Math.floor(columns / 2)));
      return spread(
        [[`${sanitizeLine(name)} `, "strong"], [sanitizeLine(subject)]],
        shownNote,
        columns,
        isBad ? "bad" : "dim",
      );
    },
    enter: {
      key: "",
      label: "opens it in full",
      doing: "opening it",
      run({ id }) {
        pane.open(viewerOf(id));
        return Promise.resolve("stay");
      },
    },
    empty: (query) => query === "" ? "no tool was called in this session, and nothing was thought" : "nothing fits",
  });

  /** One that runs grows while it is looked at. */
  const viewerOf = (id: string) => {
    const item = () => items().find((item) => item.id === id);
    const opened = item()!;
    const text = lastOf(() => item() ?? opened, (a, b) => a.part === b.part && a.request === b.request, detailDocument);
    return new Viewer({
      title: () => {
        const { name, subject } = describeDetail(item() ?? opened);
        return sanitizeLine(`${name} ${subject}`);
      },
      theme: theme.get,
      text,
      close: () => pane.close(),
    });
  };

  const pane = openedIn(
    list,
    session.subscribe(() => {
      // With each token of the answer, too: only what is listed or opened matters.
      if (items.isOld()) pane.changed();
    }),
  );
  return pane;
};

function searchedText(item: DetailItem): string {
  const { name, subject } = describeDetail(item);
  return `${name} ${subject}`;
}

/** Parts are replaced when they change, so that the same ones are the same details. */
function isSame(a: SessionState, b: SessionState): boolean {
  if (a.turns !== b.turns || a.permissions !== b.permissions) return false;
  const [before, after] = [a.active?.parts, b.active?.parts];
  if (before === after) return true;
  if (!before || !after || before.length !== after.length) return false;
  return after.every((part, i) => part === before[i] || part.kind === "text");
}

/** What is made of the source, made anew only when that has changed. */
function lastOf<S, T>(
  source: () => S,
  isSame: (a: S, b: S) => boolean,
  make: (source: S) => T,
): (() => T) & { isOld(): boolean } {
  let last: { source: S; made: T } | null = null;
  const isOld = () => last === null || !isSame(last.source, source());
  const get = () => {
    const now = source();
    if (!last || !isSame(last.source, now)) last = { source: now, made: make(now) };
    return last.made;
  };
  return Object.assign(get, { isOld });
}
