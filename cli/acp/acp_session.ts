/**
 * One session that an editor is attached to. It sees the turns of every client; what it is told is read from the folded
 * state, so that a lost connection neither repeats nor skips anything.
 */
import {
  type AgentContext,
  methods,
  type PermissionOption,
  type RequestPermissionRequest,
  type SessionUpdate,
  type StopReason,
} from "@agentclientprotocol/sdk";
import type { Permission, SessionState, Turn, TurnMode } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { openRequests } from "@opta/view/permission/open_requests";
import { optionsOf } from "@opta/view/permission/request_body";
import { TurnReader } from "../chat/turn_reader.ts";
import { kindOf, locationsOf, pieceUpdates, questionUpdate, remark, titleOf } from "./updates.ts";

export interface AcpSessionOptions {
  session: Session;
  clientId: string;
  mode: TurnMode;
  client: AgentContext;
  /** The editor has gone, or could not be told something. */
  onError(error: unknown): void;
}

export class AcpSession implements AsyncDisposable {
  mode: TurnMode;
  readonly session: Session;
  readonly #options: AcpSessionOptions;
  readonly #unsubscribe: () => void;
  readonly #ended = new Set<string>();
  #reader: TurnReader | null = null;
  /** Requests for permission that the editor was asked about. */
  readonly #asked = new Map<string, AbortController>();

  /** @param replaysHistory the editor is told all that there is, rather than what comes */
  constructor(options: AcpSessionOptions, replaysHistory: boolean) {
    this.#options = options;
    this.session = options.session;
    this.mode = options.mode;
    if (!replaysHistory) { for (const { turnId } of this.session.state.turns) this.#ended.add(turnId); }
    this.#look(this.session.state);
    this.#unsubscribe = this.session.subscribe((change) => {
      if (change.kind === "event" || change.kind === "reset") this.#look(this.session.state);
    });
  }

  /**
   * Runs one turn to its end.
   *
   * @throws {Error} with what went wrong, when the turn failed
   */
  async prompt(content: string, signal: AbortSignal): Promise<StopReason> {
    const { turnId } = await this.session.submit(content, { mode: this.mode, signal });
    const isEnded = (turn: Turn) => turn.turnId === turnId;
    const state = await this.session.until(({ turns }) => turns.some(isEnded), signal);
    const end = state.turns.findLast(isEnded)?.end;
    if (end?.kind === "error") {
      if (end.code === "max-steps") return "max_turn_requests";
      throw new Error(`${end.message} (${end.code})`);
    }
    switch (end?.finishReason) {
      case "cancelled":
        return "cancelled";
      case "length":
        return "max_tokens";
      default:
        return "end_turn";
    }
  }

  /** Cancels what this editor asked for. */
  async cancel(): Promise<void> {
    const { active, queue } = this.session.state;
    const own = [...(active ? [active] : []), ...queue].filter(({ clientId }) => clientId === this.#options.clientId);
    await Promise.all(own.map(({ turnId }) => this.session.cancel({ turnId })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unsubscribe();
    for (const asked of this.#asked.values()) asked.abort();
    await this.session.close();
  }

  #look(state: SessionState): void {
    for (const turn of state.turns) if (!this.#ended.has(turn.turnId)) this.#end(turn);
    if (state.active) this.#read(state.active);
    this.#lookAtPermissions(state);
  }

  #end(turn: Turn): void {
    this.#ended.add(turn.turnId);
    if (!turn.start && this.#reader?.turnId !== turn.turnId) return; // cancelled in the queue: nothing was said
    this.#read(turn);
    this.#reader = null;
    const isOwn = turn.clientId === this.#options.clientId;
    if (turn.end?.kind === "error" && !isOwn) this.#tell(remark(turn.end.message)); // the own one's is an error answer
  }

  #read(turn: Turn): void {
    if (this.#reader?.turnId !== turn.turnId) {
      this.#reader = new TurnReader(turn.turnId);
      const isOwn = turn.clientId === this.#options.clientId;
      if (!isOwn || turn.end) this.#tell(questionUpdate(turn, isOwn)); // an editor shows what it has sent by itself
    }
    for (const piece of this.#reader.read(turn)) pieceUpdates(piece).forEach((update) => this.#tell(update));
  }

  #tell(update: SessionUpdate): void {
    const { client, onError } = this.#options;
    client.notify(methods.client.session.update, { sessionId: this.session.state.sessionId, update }).catch(onError);
  }

  #lookAtPermissions(state: SessionState): void {
    const open = openRequests(state);
    for (const request of open) if (!this.#asked.has(request.requestId)) this.#ask(request, state);
    for (const [requestId, asked] of this.#asked) {
      if (open.some((request) => request.requestId === requestId)) continue;
      this.#asked.delete(requestId);
      asked.abort(); // somebody else was first [P1]
    }
  }

  async #ask(request: Permission, state: SessionState): Promise<void> {
    const { client, onError } = this.#options;
    const { requestId, callId, toolName, args } = request;
    const asked = new AbortController();
    this.#asked.set(requestId, asked);
    const options = request.needsAnswer ? answerOptions(request) : decisionOptions(request);
    if (options.length === 0) return; // a question that only another client can answer in words
    const text = request.diff ?? request.reason;
    try {
      const params: RequestPermissionRequest = {
        sessionId: state.sessionId,
        toolCall: {
          toolCallId: callId,
          title: titleOf({ toolName, args }),
          kind: kindOf(toolName),
          status: "pending",
          rawInput: args,
          locations: locationsOf(args, state.workspace?.cwd ?? null),
          content: [{ type: "content", content: { type: "text", text } }],
        },
        options,
      };
      const { outcome } = await client.request(methods.client.session.requestPermission, params, {
        cancellationSignal: asked.signal,
      });
      if (asked.signal.aborted || outcome.outcome === "cancelled") return;
      await this.#decide(request, outcome.optionId);
    } catch (error) {
      if (!asked.signal.aborted) onError(error);
    }
  }

  async #decide(request: Permission, optionId: string): Promise<void> {
    const { requestId } = request;
    const answer = request.needsAnswer ? optionsOf(request)[Number(optionId.slice(ANSWER.length))] : undefined;
    if (answer !== undefined) await this.session.answer(requestId, answer);
    else if (optionId === "always") await this.session.resolve(requestId, "allow", "always");
    else await this.session.resolve(requestId, optionId === "allow" ? "allow" : "deny");
  }
}

const ANSWER = "answer:";

function decisionOptions({ rule }: Permission): PermissionOption[] {
  return [
    { optionId: "allow", name: "Allow once", kind: "allow_once" },
    ...(rule === undefined
      ? []
      : [{ optionId: "always", name: `Always allow here: ${rule.slice(0, 200)}`, kind: "allow_always" as const }]),
    { optionId: "deny", name: "Do not allow", kind: "reject_once" },
  ];
}

function answerOptions(request: Permission): PermissionOption[] {
  const options = optionsOf(request).map((name, i): PermissionOption => ({
    optionId: `${ANSWER}${i}`,
    name,
    kind: "allow_once",
  }));
  return options.length === 0 ? [] : [...options, { optionId: "deny", name: "No answer", kind: "reject_once" }];
}
