/**
 * The conversation: as many rows as are seen, and some more, however long it is. It follows what is added while it stands
 * at its end.
 */
import type { Message, SessionState, Turn, Undone } from "@opta/protocol";
import { createRef, type RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { memo } from "../memo.tsx";
import { Icon } from "../parts/icon.tsx";
import type { Conversation } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";
import { FindBar } from "./find_bar.tsx";
import { MarkdownView } from "./markdown_view.tsx";
import { estimateHeight, type Row, rowAt, rowCount } from "./rows.ts";
import { Scroller } from "./scroller.ts";
import { TurnView } from "./turn_view.tsx";

export interface TranscriptProps {
  conversation: Conversation;
  isFinding: boolean;
  onFound(): void;
  onRetry(turn: Turn): void;
}

/** Of a row in CSS pixels: at most so wide, and the padding on both sides. */
const MAX_TEXT_WIDTH = 760;
const PADDING = 32;
/** CSS pixels of a character, about. */
const CHARACTER_WIDTH = 7.6;
const NOTHING: readonly Undone[] = [];

export function Transcript({ conversation, isFinding, onFound, onRetry }: TranscriptProps) {
  const state = useValue(conversation.store.state);
  const scroller = useMemo(() => new Scroller(), []);
  const view = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (view.current) scroller.attach(view.current);
    return () => scroller[Symbol.dispose]();
  }, []);
  return (
    <div class="transcript">
      {isFinding && <FindBar state={state} scroller={scroller} view={view} onClose={onFound} />}
      <div class="transcript-view" ref={view} tabIndex={-1} id="transcript">
        <Rows state={state} scroller={scroller} view={view} onRetry={onRetry} />
      </div>
      <ToEnd scroller={scroller} />
    </div>
  );
}

interface RowsProps {
  state: SessionState;
  scroller: Scroller;
  view: RefObject<HTMLDivElement | null>;
  onRetry(turn: Turn): void;
}

function Rows({ state, scroller, view, onRetry }: RowsProps) {
  const epoch = useRef(state.epoch);
  const count = rowCount(state);
  useLayoutEffect(() => {
    if (epoch.current !== state.epoch) scroller.reset();
    epoch.current = state.epoch;
    const columns = (Math.min(view.current?.clientWidth ?? MAX_TEXT_WIDTH, MAX_TEXT_WIDTH) - PADDING) / CHARACTER_WIDTH;
    scroller.setCount(count, (index) => estimateHeight(rowAt(state, index), columns));
  }, [count, state.epoch]);
  const { first, end, above, below } = useValue(scroller.range);
  useLayoutEffect(() => scroller.settle(), [first, end, above, below]);
  const undone = useMemo(() => Map.groupBy(state.undone ?? [], ({ afterTurnId }) => afterTurnId), [state.undone]);
  const rows = Array.from({ length: Math.max(0, Math.min(end, count) - first) }, (_, i) => first + i);
  return (
    <div class="rows" role="feed" aria-label="Conversation" aria-busy={state.active !== null}>
      <div style={{ height: `${above}px` }} />
      {rows.map((index) => {
        const row = rowAt(state, index);
        return (
          <RowFrame
            key={row.key}
            {...{ row: rowOf(row), index, count, scroller, onRetry }}
            permissions={state.permissions}
            undone={undone.get(row.key) ?? NOTHING}
            isCompacted={row.kind === "turn" && state.compaction?.throughTurnId === row.turn.turnId}
          />
        );
      })}
      <div style={{ height: `${below}px` }} />
    </div>
  );
}

/** What of a row tells whether it has changed: the row itself is made anew each time. */
function rowOf(row: Row): Turn | Message {
  return row.kind === "turn" ? row.turn : row.message;
}

interface RowFrameProps {
  row: Turn | Message;
  index: number;
  count: number;
  scroller: Scroller;
  permissions: SessionState["permissions"];
  undone: readonly Undone[];
  isCompacted: boolean;
  onRetry(turn: Turn): void;
}

const RowFrame = memo<RowFrameProps>(({ row, index, count, scroller, permissions, undone, isCompacted, onRetry }) => {
  const frame = useMemo(() => createRef<HTMLElement>(), []);
  useLayoutEffect(() => frame.current ? scroller.watch(index, frame.current) : undefined, [index]);
  const isTurn = "turnId" in row;
  return (
    <article
      ref={frame}
      class="row"
      tabIndex={-1}
      data-row={index}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-label={isTurn ? `${row.writerId}: ${row.content.slice(0, 80)}` : `Imported, ${row.role}`}
    >
      {isTurn
        ? <TurnView turn={row} {...{ permissions, undone, isCompacted, onRetry }} />
        : <ImportedMessage message={row} />}
    </article>
  );
});

function ImportedMessage({ message: { role, content } }: { message: Message }) {
  return (
    <div class={role === "assistant" ? "answer" : "question"}>
      <p class="byline">
        <span class="writer">{role}</span>
        <span class="tag">imported</span>
      </p>
      {role === "assistant"
        ? <MarkdownView text={content} isOpen={false} />
        : <div class="question-text" dir="auto">{content}</div>}
    </div>
  );
}

function ToEnd({ scroller }: { scroller: Scroller }) {
  const isAtEnd = useValue(scroller.isAtEnd);
  useEffect(() => {
    const listen = (event: Event) => {
      const { detail } = event as CustomEvent<TranscriptMove>;
      moveTo(detail, scroller);
    };
    document.addEventListener(TRANSCRIPT_MOVE, listen);
    return () => document.removeEventListener(TRANSCRIPT_MOVE, listen);
  }, []);
  if (isAtEnd) return null;
  return (
    <button type="button" class="to-end" onClick={() => scroller.toEnd()}>
      <Icon name="down" /> To the end
    </button>
  );
}

/** What keys do to the transcript, wherever they are pressed. */
export type TranscriptMove = "next" | "previous" | "first" | "last";
export const TRANSCRIPT_MOVE = "opta-transcript-move";

export function moveTranscript(move: TranscriptMove): void {
  document.dispatchEvent(new CustomEvent(TRANSCRIPT_MOVE, { detail: move }));
}

function moveTo(move: TranscriptMove, scroller: Scroller): void {
  const { first, end } = scroller.range.get();
  if (end === 0) return;
  if (move === "last") return scroller.toEnd();
  const target = move === "first" ? 0 : scroller.topRow + (move === "next" ? 1 : -1);
  scroller.toRow(Math.max(0, Math.min(target, Math.max(end, first))));
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(`.row[data-row="${Math.max(0, target)}"]`)?.focus({ preventScroll: true });
  });
}
