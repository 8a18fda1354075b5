/** One turn: who asked what, and what came of it. */
import { answerOf, type Part, type Permission, type Turn, type Undone } from "@opta/protocol";
import { formatSeconds } from "@opta/view/tool_result";
import type { ComponentChild } from "preact";
import { useState } from "preact/hooks";
import { memo } from "../memo.tsx";
import { CopyButton } from "../parts/copy_button.tsx";
import { countOf } from "@opta/view/count_of";
import { formatCount, formatTime } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import { MarkdownView } from "./markdown_view.tsx";
import { ToolCard } from "./tool_card.tsx";

export interface TurnViewProps {
  turn: Turn;
  /** Of the session, by `requestId`. */
  permissions: Readonly<Record<string, Permission>>;
  /** What was taken back after it. */
  undone: readonly Undone[];
  /** Models are sent a summary in place of everything up to here. */
  isCompacted: boolean;
  onRetry(turn: Turn): void;
}

/** UTF-16 units and lines of a question that are shown at first. */
const SHOWN_LENGTH = 1_600;
const SHOWN_LINES = 18;

export const TurnView = memo<TurnViewProps>(({ turn, permissions, undone, isCompacted, onRetry }) => {
  const isOpen = turn.end === undefined;
  const byCall = requestsOf(turn, permissions);
  const last = turn.parts.length - 1;
  return (
    <>
      <Question turn={turn} />
      <div class="answer">
        {turn.parts.map((part, i) => (
          <PartView
            key={part.kind === "tool" ? part.callId : part.partId}
            part={part}
            permission={part.kind === "tool" ? byCall.get(part.callId) : undefined}
            isOpen={isOpen && i === last}
            isOver={!isOpen}
          />
        ))}
        {isOpen && <Progress turn={turn} isAsking={isAsking(turn, permissions)} />}
        {turn.end && <TurnEndView turn={turn} onRetry={onRetry} />}
      </div>
      {undone.map((note) => (
        <p class="note">
          {note.kind === "undo" ? "Changes were taken back" : "Changes were brought back"} in{" "}
          {countOf(note.fileCount, "file")}: {note.files.join(", ")}
          {note.files.length < note.fileCount ? " …" : ""}
        </p>
      ))}
      {isCompacted && <p class="note">To make room, models are sent a summary of everything up to here.</p>}
    </>
  );
});

function Question({ turn }: { turn: Turn }) {
  const [isUnfolded, setUnfolded] = useState(false);
  const { content, writerId, mode, queuedAt, overrides } = turn;
  const folded = isUnfolded ? content : foldText(content);
  return (
    <div class="question">
      <p class="byline">
        <span class="writer">{writerId}</span>
        <time dateTime={queuedAt} title={queuedAt}>{formatTime(queuedAt)}</time>
        {mode !== "chat" && <span class="tag">{mode}</span>}
        {(overrides.auto || overrides.dangerous) && (
          <span class="tag tag-warn">{overrides.dangerous ? "all allowed" : "edits allowed"}</span>
        )}
      </p>
      <div class="question-text" dir="auto">{folded}</div>
      {folded.length < content.length && (
        <button type="button" class="quiet small" onClick={() => setUnfolded(true)}>
          Show all of it ({formatCount(content.length)} characters)
        </button>
      )}
    </div>
  );
}

/** The requests of a turn by their call: another turn may have calls of the same names. */
function requestsOf({ turnId, parts }: Turn, permissions: TurnViewProps["permissions"]): Map<string, Permission> {
  if (!parts.some(({ kind }) => kind === "tool")) return new Map();
  const own = Object.values(permissions).filter((request) => request.turnId === turnId);
  return new Map(own.map((request) => [request.callId, request]));
}

/** The beginning of a long text. */
export function foldText(text: string): string {
  const lines = text.split("\n", SHOWN_LINES + 1);
  const short = lines.length > SHOWN_LINES ? `${lines.slice(0, SHOWN_LINES).join("\n")}` : text;
  return short.length > SHOWN_LENGTH ? short.slice(0, SHOWN_LENGTH) : short;
}

interface PartProps {
  part: Part;
  permission: Permission | undefined;
  isOpen: boolean;
  isOver: boolean;
}

const PartView = memo<PartProps>(({ part, permission, isOpen, isOver }): ComponentChild => {
  switch (part.kind) {
    case "text":
      return <MarkdownView text={part.text} isOpen={isOpen} />;
    case "thinking":
      return <Thinking text={part.text} isOpen={isOpen} />;
    case "tool":
      return <ToolCard part={part} permission={permission} isOver={isOver} />;
    default:
      return part satisfies never;
  }
});

/** Folded, and read only when somebody unfolds it. */
function Thinking({ text, isOpen }: { text: string; isOpen: boolean }) {
  const [isUnfolded, setUnfolded] = useState(false);
  return (
    <details class="thinking" open={isUnfolded} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary>
        {isOpen ? <span class="pulse">Thinking</span> : "Thoughts"}
        <span class="hint">{formatCount(text.length)} characters</span>
      </summary>
      {isUnfolded && <MarkdownView text={text} isOpen={isOpen} />}
    </details>
  );
}

function isAsking({ turnId }: Turn, permissions: TurnViewProps["permissions"]): boolean {
  return Object.values(permissions).some((request) => request.turnId === turnId && !request.resolved);
}

function Progress({ turn, isAsking }: { turn: Turn; isAsking: boolean }) {
  const { progress, start, cancelRequested, parts } = turn;
  if (cancelRequested) return <p class="progress">Cancelling …</p>;
  if (isAsking) return <p class="progress progress-asks">Waits for permission</p>;
  if (progress) {
    return (
      <p class="progress">
        <span class="pulse">{progress.message || progress.phase}</span>
      </p>
    );
  }
  if (!start) {
    return (
      <p class="progress">
        <span class="pulse">Waiting for the model</span>
      </p>
    );
  }
  return parts.length === 0
    ? (
      <p class="progress">
        <span class="pulse">Working</span>
      </p>
    )
    : null;
}

function TurnEndView({ turn, onRetry }: { turn: Turn; onRetry(turn: Turn): void }) {
  const { end, start } = turn;
  if (!end) return null;
  const retry = (
    <button type="button" class="quiet small" onClick={() => onRetry(turn)}>
      <Icon name="retry" /> Ask again
    </button>
  );
  if (end.kind === "error") {
    return (
      <div class="turn-error" role="group" aria-label="The turn failed">
        <p>
          <Icon name="alert" /> {end.message} <code>{end.code}</code>
        </p>
        {retry}
      </div>
    );
  }
  const { stats, finishReason } = end;
  const facts = [
    ...(start ? [start.model] : []),
    formatSeconds(stats.elapsed),
    `${stats.usageSource === "reported" ? "" : "about "}${countOf(stats.completionTokens, "token")}`,
    ...(stats.speed > 0 ? [`${Math.round(stats.speed)} tok/s`] : []),
  ];
  return (
    <div class="turn-end">
      {finishReason === "cancelled" && <span class="tag">cancelled</span>}
      {finishReason === "length" && <span class="tag tag-warn">cut at the model's limit</span>}
      <span class="facts">{facts.join(" · ")}</span>
      <span class="turn-acts">
        <CopyButton label="answer" text={() => answerOf(turn)} />
        {retry}
      </span>
    </div>
  );
}
