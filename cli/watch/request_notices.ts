/**
 * What somebody who only watches is told of requests for permission: what waits, who can decide, and what came of it. It
 * gives lines and writes nothing.
 */
import type { SessionState } from "@opta/protocol";
import type { AttachedClient } from "@opta/protocol/client";
import { describeOutcome } from "../chat/permission_outcome.ts";
import { openRequests } from "@opta/view/permission/open_requests";
import { formatRequest } from "../chat/permission_request.ts";
import type { Colors } from "../output/colors.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** What `opta sessions attach` says of itself to others: it decides nothing. */
export const WATCHER = "watcher";
/** Clients that nobody sits at. */
const undecided: ReadonlySet<string> = new Set([WATCHER, "script"]);
/** More names make the line long and say no more. */
const MAX_NAMED = 3;

export interface NoticesOptions {
  /** The client that looks. */
  clientId: string;
  colors: Colors;
  /** How wide the terminal is now. */
  columns(): number;
}

export class RequestNotices {
  readonly #options: NoticesOptions;
  #before: SessionState | null = null;
  /** Those of which it was told, while they wait. */
  #open = new Set<string>();

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Is to be shown every state, that of each token as well: it must cost nothing then. */
  look(state: SessionState, present: readonly AttachedClient[]): string[] {
    const before = this.#before;
    this.#before = state;
    if (before && before.permissions === state.permissions && isSameTurn(before, state)) return [];
    const open = openRequests(state);
    const openIds = new Set(open.map(({ requestId }) => requestId));
    const ended = [...this.#open].filter((requestId) => !openIds.has(requestId));
    const begun = open.filter(({ requestId }) => !this.#open.has(requestId));
    this.#open = openIds;
    return [
      ...ended.flatMap((requestId) => this.#outcome(state, requestId)),
      ...begun.map((request) => {
        const view = { ...this.#options, columns: this.#options.columns(), isUnfolded: false, isReadOnly: true };
        return `${formatRequest(request, state, view).text}\n${this.#whoDecides(state, present)}`;
      }),
    ];
  }

  #outcome({ permissions }: SessionState, requestId: string): string[] {
    const permission = permissions[requestId];
    const outcome = permission ? describeOutcome(permission) : null;
    if (!outcome) return [];
    const { what, decidedBy } = outcome;
    return [this.#options.colors.yellow(`  ${what}${decidedBy === null ? "" : ` (${sanitizeLine(decidedBy)})`}`)];
  }

  #whoDecides({ sessionId }: SessionState, present: readonly AttachedClient[]): string {
    const others = present.filter(({ clientId, kind }) => clientId !== this.#options.clientId && !undecided.has(kind));
    const named = others.slice(0, MAX_NAMED).map(({ writerId, kind }) => `${writerId ?? "somebody"} (${kind})`);
    const more = others.length > named.length ? [`${others.length - named.length} more`] : [];
    const who = [...named, ...more, "whoever chats in this session"].join(", or ");
    return this.#options.colors.yellow(`  it waits for ${sanitizeLine(who)}: opta chat --resume ${sessionId}`);
  }
}

function isSameTurn({ active: a }: SessionState, { active: b }: SessionState): boolean {
  return a?.turnId === b?.turnId && a?.cancelRequested === b?.cancelRequested;
}
