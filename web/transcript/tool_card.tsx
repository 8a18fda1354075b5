/** A tool call: one line that says what it is about and how it went; unfolded, its arguments, changes and result. */
import type { Permission, ToolPart } from "@opta/protocol";
import { changesOf } from "@opta/view/tool_changes";
import { formatSeconds, outputOf, resultInShort } from "@opta/view/tool_result";
import { summarizeCall } from "@opta/view/tool_summary";
import { readDiff } from "@opta/view/diff";
import { useState } from "preact/hooks";
import { memo } from "../memo.tsx";
import { CopyButton } from "../parts/copy_button.tsx";
import { describeDecision } from "../state/asked_view.ts";
import { DiffView } from "./diff_view.tsx";

export interface ToolCardProps {
  part: ToolPart;
  /** The request for permission that the call waited for, or waits for. */
  permission: Permission | undefined;
  /** The turn has ended: a call without an end was broken off. */
  isOver: boolean;
}

type CallState = "runs" | "asks" | "ok" | "failed" | "denied" | "broken";

const stateNames: Record<CallState, string> = {
  runs: "running",
  asks: "waits for permission",
  ok: "done",
  failed: "failed",
  denied: "not allowed",
  broken: "broken off",
};

/** UTF-16 units of a result that are shown at first: a page of text; the rest on demand. */
const SHOWN_RESULT = 20_000;

export const ToolCard = memo<ToolCardProps>(({ part, permission, isOver }) => {
  const [isUnfolded, setUnfolded] = useState(false);
  const state = stateOf(part, permission, isOver);
  const { name, subject } = summarizeCall(part);
  const short = part.end ? resultInShort(part) : "";
  return (
    <details
      class={`tool tool-${state}`}
      open={isUnfolded}
      onToggle={(event) => setUnfolded(event.currentTarget.open)}
    >
      <summary>
        <span class="tool-state" role="img" aria-label={stateNames[state]} />
        <span class="tool-name">{name}</span>
        <code class="tool-subject">{oneLine(subject)}</code>
        <span class="tool-short">{oneLine(short)}</span>
        {permission?.resolved && <span class="tool-decision">{decisionOf(permission)}</span>}
        {part.end && <span class="tool-time">{formatSeconds(part.end.elapsed)}</span>}
      </summary>
      {isUnfolded && <ToolDetails part={part} permission={permission} />}
    </details>
  );
});

function ToolDetails({ part, permission }: Omit<ToolCardProps, "isOver">) {
  const [showsAll, setShowsAll] = useState(false);
  const lines = permission?.diff === undefined ? changesOf(part, permission)?.lines ?? [] : readDiff(permission.diff);
  const result = outputOf(part);
  const shown = showsAll ? result : result.slice(0, SHOWN_RESULT);
  return (
    <div class="tool-details">
      {permission && <p class="hint">Asked because {permission.reason}</p>}
      {lines.length > 0
        ? <DiffView lines={lines} label="Changes" />
        : <pre class="tool-args" tabIndex={0} aria-label="Arguments">{JSON.stringify(part.args, null, 2)}</pre>}
      {part.end && (
        <figure class="code-block">
          <figcaption>
            <span>result{part.end.truncated ? ", cut by the daemon" : ""}</span>
            <CopyButton label="result" text={() => result} />
          </figcaption>
          <pre tabIndex={0} aria-label="Result">{shown || "(nothing)"}</pre>
          {shown.length < result.length && (
            <button type="button" class="quiet small" onClick={() => setShowsAll(true)}>
              Show all {Math.round(result.length / 1_000)} kB
            </button>
          )}
        </figure>
      )}
    </div>
  );
}

function stateOf({ end }: ToolPart, permission: Permission | undefined, isOver: boolean): CallState {
  if (end) return end.ok ? "ok" : end.denied ? "denied" : "failed";
  if (isOver) return "broken";
  return permission && !permission.resolved ? "asks" : "runs";
}

function decisionOf(permission: Permission): string {
  const { resolved } = permission;
  if (resolved?.reason === "timeout") return "nobody decided";
  if (resolved?.reason === "cancelled") return "cancelled";
  return `${describeDecision(permission).toLowerCase()} by ${resolved?.decidedBy}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
