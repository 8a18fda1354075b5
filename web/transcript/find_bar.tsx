/** Finds a text in the whole conversation: that of the browser sees only the rows that are drawn. */
import type { SessionState } from "@opta/protocol";
import type { RefObject } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { countOf } from "@opta/view/count_of";
import { Icon } from "../parts/icon.tsx";
import { useValue } from "../use_value.ts";
import { findRows, nextFound } from "./find_rows.ts";
import { mark, rangesOf, unmark } from "./mark_text.ts";
import type { Scroller } from "./scroller.ts";

export interface FindBarProps {
  state: SessionState;
  scroller: Scroller;
  view: RefObject<HTMLDivElement | null>;
  onClose(): void;
}

/** The row that is looked at, and which of its places. */
interface Place {
  row: number;
  nth: number;
}

export function FindBar({ state, scroller, view, onClose }: FindBarProps) {
  const [query, setQuery] = useState("");
  const [place, setPlace] = useState<Place | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const range = useValue(scroller.range);
  const found = useMemo(() => findRows(state, query), [query, state.turns, state.epoch]);

  const placesIn = (row: number) => {
    const element = view.current?.querySelector(`[data-row="${row}"]`);
    return element ? rangesOf(element, query) : [];
  };
  const goTo = (row: number | null, nth: number) => {
    if (row === null) return setPlace(null);
    if (!placesIn(row).length) scroller.toRow(row);
    setPlace({ row, nth });
  };
  const step = (isBackwards: boolean) => {
    if (!place) return goTo(nextFound(found, scroller.topRow, isBackwards), 0);
    const nth = place.nth + (isBackwards ? -1 : 1);
    if (nth >= 0 && nth < placesIn(place.row).length) return goTo(place.row, nth);
    goTo(nextFound(found, place.row + (isBackwards ? -1 : 1), isBackwards), isBackwards ? -1 : 0);
  };

  useEffect(() => {
    field.current?.focus();
    return unmark;
  }, []);
  useEffect(() => goTo(nextFound(found, scroller.topRow, false), 0), [query]);
  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const here = place ? placesIn(place.row).at(place.nth) ?? null : null;
    mark(rangesOf(element, query), here);
    if (here) showRange(element, here);
  }, [place, query]);
  useEffect(() => { // other rows are drawn now
    if (view.current) mark(rangesOf(view.current, query), place ? placesIn(place.row).at(place.nth) ?? null : null);
  }, [range, state.turns]);

  const at = place ? found.indexOf(place.row) + 1 : 0;
  return (
    <search class="find-bar">
      <input
        ref={field}
        type="text"
        aria-label="Find in this conversation"
        placeholder="Find in this conversation"
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") step(event.shiftKey);
          else if (event.key === "Escape") onClose();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <span class="hint" role="status">
        {query.trim() === "" ? "" : found.length === 0 ? "Not found" : `${at} of ${countOf(found.length, "message")}`}
      </span>
      <button type="button" class="quiet icon-button" aria-label="Previous" onClick={() => step(true)}>
        <Icon name="up" />
      </button>
      <button type="button" class="quiet icon-button" aria-label="Next" onClick={() => step(false)}>
        <Icon name="down" />
      </button>
      <button type="button" class="quiet icon-button" aria-label="Close the search" onClick={onClose}>
        <Icon name="close" />
      </button>
    </search>
  );
}

/** Scrolls only when the place is not seen. */
function showRange(view: HTMLElement, range: Range): void {
  const place = range.getBoundingClientRect();
  const frame = view.getBoundingClientRect();
  if (place.top >= frame.top + 8 && place.bottom <= frame.bottom - 8) return;
  view.scrollTop += place.top - frame.top - frame.height / 3;
}
