/**
 * A request for permission, from the event that asks to the decision: of a person, by whichever client is first [P1], or of
 * nobody, when the turn is stopped or the time is over. The log alone says what was decided.
 */
import type { EventDraft, Permission, SessionState } from "@opta/protocol";
import { createHash } from "node:crypto";
import { formatRule, type Rule } from "../permission/rule.ts";
import type { ToolCall } from "../model/model.ts";
import type { Preview } from "../tools/tool.ts";
import type { TurnRun } from "./turn_run.ts";

export interface PermissionAsk {
  call: ToolCall;
  args: Record<string, unknown>;
  preview: Preview;
  /** Why it is asked. */
  reason: string;
  /** What a wider scope would cover; `null` where there is none. */
  grant: Rule | null;
}

export type Answer = NonNullable<Permission["resolved"]>;

/** Who decides when no person does. */
const DAEMON = "daemon";

/** @throws {StorageError | HeadMismatchError} when its events cannot be stored */
export async function askPermission(ask: PermissionAsk, run: TurnRun): Promise<Answer> {
  const { log, signal, clock, permissionLimitMs, turn: { turnId } } = run;
  const { call, args, preview, reason, grant } = ask;
  const requestId = `perm_${crypto.randomUUID()}`;
  const payload = {
    requestId,
    toolName: call.name,
    args,
    turnId,
    callId: call.id,
    argsHash: hashArgs(call.name, args),
    reason: preview.reason === undefined ? reason : `${reason}. ${preview.reason}`,
    ...(grant && { rule: formatRule(grant) }),
    ...(preview.needsAnswer && { needsAnswer: true }),
    ...(preview.diff !== undefined && { diff: run.redact(preview.diff) }),
  };
  await log.append([{ event: "permission.request", payload }], "synced");
  const late = new AbortController();
  const callOff = clock.after(permissionLimitMs, () => late.abort());
  await log.until((state) => answerTo(state, requestId) !== undefined, AbortSignal.any([signal, late.signal]));
  callOff();
  // What has been appended counts, whether it is durable yet or not: two decisions can never both be first.
  if (!answerTo(log.state, requestId)) {
    await log.append([withdraw(requestId, signal.aborted ? "cancelled" : "timeout")], "synced");
  }
  return answerTo(log.state, requestId)!;
}

/** Ends a request that no person will decide any more. */
export function withdraw(requestId: string, reason: "cancelled" | "timeout"): EventDraft {
  return { event: "permission.resolved", payload: { requestId, decision: "deny", decidedBy: DAEMON, reason } };
}

/** The requests of a turn that are still open. */
export function openRequests({ permissions }: SessionState, turnId: string): string[] {
  return Object.values(permissions).flatMap((permission) =>
    permission.turnId === turnId && !permission.resolved ? [permission.requestId] : []
  );
}

function answerTo({ permissions }: SessionState, requestId: string): Answer | undefined {
  return permissions[requestId]?.resolved;
}

/** Names the exact arguments that a person was shown [P3]; the order of their keys does not matter. */
export function hashArgs(toolName: string, args: Record<string, unknown>): string {
  return createHash("sha256").update(JSON.stringify([toolName, args], sortKeys)).digest("base64url");
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1));
}
