/**
 * What a person does in a chat, whichever way it is shown: enters messages and commands, which are carried out one after
 * another, cancels, and leaves. What is seen of it is the view's.
 */
import { MAX_CONTENT_LENGTH, type SessionState, type Turn, type TurnMode } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import type { Question } from "@opta/view/question_again";
import type { Colors } from "../output/colors.ts";
import { CliError } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { runCommand, type Shown } from "./chat_commands.ts";
import type { ChatSetup } from "./chat_setup.ts";
import { type CommandName, describeUnknown, type Entry } from "./slash_command.ts";

/** Milliseconds within which a second Ctrl-C leaves. */
const LEAVE_WITHIN_MS = 2_000;
/** How much of a queued message is shown again, to tell it from others. */
const MAX_REMARKED_LENGTH = 60;

/** Something that was entered; `clientTurnId` is that of the turn that comes of it, `null` for a command. */
export interface Entered {
  text: string;
  clientTurnId: string | null;
}

export interface ConversationView {
  /** `null` while none is attached. */
  readonly session: Session | null;
  /** Lines of their own, at once. */
  say(text: string): void;
  /** A message waits, in these words; for a view that does not show the queue. */
  remarkQueued(text: string): void;
  /** A cancel is on its way. */
  sayCancelling(): void;
  /** Something went wrong. */
  complain(message: string): void;
  /** Goes over to another session. */
  open(sessionId: string, signal: AbortSignal): Promise<void>;
  /** Shows that this is being carried out, for as long as `work` takes. @throws what the view itself throws */
  during(entered: Entered, work: () => Promise<void>): Promise<void>;
}

export interface ConversationOptions {
  setup: Pick<ChatSetup, "api" | "clientId" | "writerId" | "mode" | "overrides">;
  view: ConversationView;
  colors: Colors;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** The user leaves; nothing is cancelled [R6]. Called once. */
  onLeave(): void;
  /** The view cannot go on. */
  onEnd(error: unknown): void;
}

export class Conversation {
  /** Of the turns to come. */
  readonly mode: Value<TurnMode>;
  readonly #options: ConversationOptions;
  readonly #leaving = new AbortController();
  /** Entries are carried out one after another: a message goes to the session that `/new` before it has made. */
  #work: Promise<void> = Promise.resolve();
  readonly #list: Shown = { ids: [], models: [] };
  #armedAtMs = -Infinity;

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.mode = new Value(options.setup.mode);
  }

  /** Aborted when the user leaves. */
  get signal(): AbortSignal {
    return this.#leaving.signal;
  }

  /** @param text as it was typed */
  enter(entry: Exclude<Entry, { kind: "nothing" }>, text: string): void {
    switch (entry.kind) {
      case "message": {
        const clientTurnId = crypto.randomUUID();
        const question = { content: entry.content, mode: this.mode.get(), overrides: this.#options.setup.overrides };
        return this.#carryOut({ text, clientTurnId }, () => this.#send(question, clientTurnId));
      }
      case "command": {
        const { name, argument } = entry;
        if (name === "exit") return this.leave();
        return this.#carryOut({ text, clientTurnId: null }, () => this.#command(name, argument));
      }
      case "unknown": {
        const fail = () => Promise.reject(new CliError(describeUnknown(entry)));
        return this.#carryOut({ text, clientTurnId: null }, fail);
      }
      default:
        return entry satisfies never;
    }
  }

  /** Ctrl-C: cancels what runs for this user; the second one leaves. @returns whether there was nothing to cancel */
  interrupt(): boolean {
    const nowMs = this.#options.now();
    const isSecond = nowMs - this.#armedAtMs <= LEAVE_WITHIN_MS;
    this.#armedAtMs = nowMs;
    if (!isSecond && this.#ownTurn()?.cancelRequested !== true) return !this.cancel();
    this.leave();
    return false;
  }

  /** Another key was pressed: who goes on typing does not mean to leave. */
  disarm(): void {
    this.#armedAtMs = -Infinity;
  }

  /** Cancels what runs for this user. @returns whether there was something */
  cancel(): boolean {
    const turn = this.#ownTurn();
    if (!turn) return false;
    if (turn.cancelRequested) return true;
    this.#options.view.sayCancelling();
    this.#session().cancel({ turnId: turn.turnId }, this.signal).catch((error) => this.report(error));
    return true;
  }

  leave(): void {
    if (this.signal.aborted) return;
    this.#leaving.abort();
    this.#options.onLeave();
  }

  /** Says what could not be done, and the chat goes on. */
  report(error: unknown): void {
    if (this.signal.aborted) return;
    this.#options.view.complain(error instanceof Error ? error.message : String(error));
  }

  #carryOut(entered: Entered, work: () => Promise<void>): void {
    const before = this.#work;
    this.#work = this.#options.view.during(entered, async () => {
      await before;
      try {
        await work();
      } catch (error) {
        this.report(error);
      }
    });
    this.#work.catch(this.#options.onEnd);
  }

  async #send({ content, mode, overrides }: Question, clientTurnId?: string): Promise<void> {
    if (content.length > MAX_CONTENT_LENGTH) {
      throw new CliError(`The message is too long: it may have ${MAX_CONTENT_LENGTH.toLocaleString("en")} characters`);
    }
    const { signal } = this;
    const { queued } = await this.#session().submit(content, { mode, overrides, clientTurnId, signal });
    if (queued > 0) this.#options.view.remarkQueued(`queued (position ${queued}): ${shorten(sanitizeLine(content))}`);
  }

  async #command(name: Exclude<CommandName, "exit">, argument: string): Promise<void> {
    const { setup, view, colors } = this.#options;
    await runCommand(name, argument, {
      api: setup.api,
      session: this.#session(),
      asker: setup,
      list: this.#list,
      say: (text) => view.say(text),
      colors,
      open: (sessionId) => view.open(sessionId, this.signal),
      ask: (question) => this.#send(question),
      mode: this.mode.get(),
      setMode: (mode) => this.mode.set(mode),
      signal: this.signal,
    });
  }

  #session(): Session {
    const { session } = this.#options.view;
    if (session) return session;
    throw new CliError("No session is attached yet");
  }

  #ownTurn(): Turn | undefined {
    const state = this.#options.view.session?.state;
    const isOwn = (turn: Turn) => turn.clientId === this.#options.setup.clientId;
    return state?.active && isOwn(state.active) ? state.active : state?.queue.find(isOwn);
  }
}

/** How to come back to the session, said on leaving; `null` for one in which nothing has happened. */
export function resumeHint(
  state: SessionState | undefined,
  { command, isInProcess }: { command: "chat" | "tui"; isInProcess: boolean },
): string | null {
  const isRunning = state && (state.active !== null || state.queue.length > 0);
  if (!state || (!isRunning && state.turns.length === 0)) return null;
  const whatComes = isInProcess ? "The turn ends here, as there is no daemon. " : "The turn goes on in the daemon. ";
  return `${isRunning ? whatComes : ""}Come back with: opta ${command} --resume ${state.sessionId}`;
}

function shorten(text: string): string {
  return text.length <= MAX_REMARKED_LENGTH ? text : `${text.slice(0, MAX_REMARKED_LENGTH)}…`;
}
