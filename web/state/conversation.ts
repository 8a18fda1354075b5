/**
 * One session as the page shows it and acts on it: the client's session, what of it is drawn, the requests for permission
 * that it is asked, and messages on their way. It ends when another session is shown, which changes nothing of the
 * session itself [R6].
 */
import type { TurnMode, TurnOverrides } from "@opta/protocol";
import { type EndpointSource, Session, systemClock } from "@opta/protocol/client";
import { PermissionAsking } from "@opta/view/permission/permission_asking";
import type { Choice } from "@opta/view/permission/permission_keys";
import { SessionStore } from "@opta/view/session_store";
import { Value } from "@opta/view/value";
import type { Announcer } from "./announcer.ts";
import { announceChange } from "./announce_change.ts";
import { type AskedView, lookAtAsking, outcomeText } from "./asked_view.ts";
import { nextFrame } from "./frame_schedule.ts";

/** A message that is not acknowledged yet, or was refused. */
export interface Outgoing {
  readonly clientTurnId: string;
  readonly content: string;
  readonly mode: TurnMode;
  readonly overrides: TurnOverrides;
  /** Why it was refused; `null` while it is on its way. */
  readonly problem: string | null;
}

/** A short word on something that has happened elsewhere, or has failed here. */
export interface Remark {
  readonly text: string;
  readonly isProblem: boolean;
}

export interface ConversationOptions {
  endpoint: EndpointSource;
  sessionId: string;
  clientId: string;
  /** The name under which this page writes; it is known once the page is signed in. */
  writerId: string;
  announcer: Announcer;
}

export class Conversation implements AsyncDisposable {
  readonly sessionId: string;
  readonly clientId: string;
  readonly writerId: string;
  readonly session: Session;
  readonly store: SessionStore;
  /** `null` while nothing is asked. */
  readonly asked = new Value<AskedView | null>(null);
  readonly outgoing = new Value<readonly Outgoing[]>([]);
  readonly remark = new Value<Remark | null>(null);
  readonly asking: PermissionAsking;
  readonly #announcer: Announcer;
  readonly #leaving = new AbortController();

  constructor({ endpoint, sessionId, clientId, writerId, announcer }: ConversationOptions) {
    this.sessionId = sessionId;
    this.clientId = clientId;
    this.writerId = writerId;
    this.#announcer = announcer;
    this.session = Session.attach({ endpoint, sessionId, clientId, writerId, kind: "web" });
    this.store = new SessionStore(this.session, nextFrame);
    const show = () => this.asked.set(lookAtAsking(this.asking));
    this.asking = new PermissionAsking({
      clock: systemClock,
      canExplain: true,
      onAsk: ({ request }) => {
        show();
        announcer.warn(request.needsAnswer ? "You are asked a question" : `${request.toolName} asks for permission`);
      },
      onGone: (permission, choice) => {
        show();
        const outcome = outcomeText(permission, choice, writerId);
        if (outcome !== null) this.#remark(outcome, false);
      },
      onChange: show,
      resolve: (requestId, choice) => this.#resolve(requestId, choice),
      onError: (error) => this.#remark(`It could not be decided: ${messageOf(error)}`, true),
    });
    let before = this.store.state.get();
    this.store.state.subscribe(() => {
      const state = this.store.state.get();
      this.asking.look(state);
      announceChange(before, state, announcer);
      before = state;
    });
  }

  /** Sends a message; it stays in `outgoing` until it is durable, or is taken back after it was refused. */
  async submit(content: string, mode: TurnMode, overrides: TurnOverrides = {}): Promise<void> {
    const clientTurnId = crypto.randomUUID();
    await this.#send({ clientTurnId, content, mode, overrides, problem: null });
  }

  /** Sends a refused message again. */
  async resend(clientTurnId: string): Promise<void> {
    const found = this.outgoing.get().find((outgoing) => outgoing.clientTurnId === clientTurnId);
    if (found) await this.#send({ ...found, problem: null });
  }

  /** Takes a refused message back. Returns its text. */
  takeBack(clientTurnId: string): string {
    const found = this.outgoing.get().find((outgoing) => outgoing.clientTurnId === clientTurnId);
    this.#replace(clientTurnId, null);
    return found?.content ?? "";
  }

  /** Cancels one turn, or the one that runs. */
  async cancel(turnId = this.#runningId()): Promise<void> {
    if (turnId === null) return;
    await this.#attempt("It could not be cancelled", this.session.cancel({ turnId }, this.#leaving.signal));
  }

  dismissRemark(): void {
    this.remark.set(null);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#leaving.abort();
    this.asking[Symbol.dispose]();
    this.store[Symbol.dispose]();
    await this.session.close();
  }

  async #send(outgoing: Outgoing): Promise<void> {
    const { clientTurnId, content, mode, overrides } = outgoing;
    this.#replace(clientTurnId, outgoing);
    try {
      await this.session.submit(content, { clientTurnId, mode, overrides, signal: this.#leaving.signal });
      this.#replace(clientTurnId, null);
      this.store.flush();
    } catch (error) {
      if (this.#leaving.signal.aborted) return;
      this.#replace(clientTurnId, { ...outgoing, problem: messageOf(error) });
      this.#announcer.warn("A message was not sent");
    }
  }

  #replace(clientTurnId: string, outgoing: Outgoing | null): void {
    const others = this.outgoing.get().filter((other) => other.clientTurnId !== clientTurnId);
    this.outgoing.set(outgoing === null ? others : [...others, outgoing]);
  }

  async #resolve(requestId: string, { decision, scope, answer }: Choice): Promise<void> {
    const { signal } = this.#leaving;
    if (answer === undefined) await this.session.resolve(requestId, decision, scope, signal);
    else await this.session.answer(requestId, answer, signal);
  }

  #runningId(): string | null {
    const { active, queue } = this.store.state.get();
    return active?.turnId ?? queue[0]?.turnId ?? null;
  }

  async #attempt(what: string, act: Promise<unknown>): Promise<void> {
    try {
      await act;
    } catch (error) {
      if (!this.#leaving.signal.aborted) this.#remark(`${what}: ${messageOf(error)}`, true);
    }
  }

  #remark(text: string, isProblem: boolean): void {
    this.remark.set({ text, isProblem });
    this.#announcer.say(text);
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
