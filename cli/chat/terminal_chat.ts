/**
 * A chat in a terminal: what keys do. Text that is typed while an answer streams is kept, and Enter queues it.
 *
 *     keys ──► editor ──► entry ──► session.submit, or a command
 *     session changes ──► transcript ──► screen          (chat_view.ts)
 */
import { MAX_CONTENT_LENGTH, type Turn, type TurnMode } from "@opta/protocol";
import type { Clock, Session } from "@opta/protocol/client";
import type { Colors } from "../colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../sanitize.ts";
import { runCommand, type Shown } from "./chat_commands.ts";
import type { ChatSetup } from "./chat_setup.ts";
import { ChatView } from "./chat_view.ts";
import { edit, type Editor, emptyEditor, remember, withText } from "./editor.ts";
import { MAX_HISTORY } from "./history_file.ts";
import type { Key } from "./keys.ts";
import { joinLine, readMessage } from "./message_input.ts";
import type { Question } from "./retry_turn.ts";
import type { Screen } from "./screen.ts";
import { type CommandName, describeUnknown, type Entry, readEntry } from "./slash_command.ts";

/** Milliseconds within which a second Ctrl-C leaves. */
const LEAVE_WITHIN_MS = 2_000;
/** How much of a queued message is shown again, to tell it from others. */
const MAX_REMARKED_LENGTH = 60;

export interface TerminalChatOptions {
  setup: ChatSetup;
  screen: Screen;
  colors: Colors;
  /** Earlier messages, oldest first. */
  history: readonly string[];
  /** Keeps a message for later chats. */
  keep(entered: string): void;
  /** Stops the program as Ctrl-Z does, until it is continued. */
  suspend(): void;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  clock: Pick<Clock, "after">;
}

export class TerminalChat {
  readonly #options: TerminalChatOptions;
  readonly #view: ChatView;
  readonly #ended = Promise.withResolvers<ExitCode>();
  readonly #leaving = new AbortController();
  /** Entries are carried out one after another: a message goes to the session that `/new` before it has made. */
  #work: Promise<void> = Promise.resolve();
  #editor: Editor;
  /** Of the turns to come. */
  #mode: TurnMode;
  readonly #list: Shown = { ids: [], models: [] };
  #armedAtMs = -Infinity;

  constructor(options: TerminalChatOptions) {
    this.#options = options;
    this.#mode = options.setup.mode;
    this.#editor = emptyEditor(options.history);
    this.#view = new ChatView({ ...options, onEnd: this.#ended.reject }, this.#editor);
  }

  /**
   * Chats until the user leaves.
   *
   * @throws {CliError | SessionClosedError | OutputClosed} what ends the chat otherwise
   */
  async run(keys: AsyncIterable<Key[]>): Promise<ExitCode> {
    const { sessionId } = this.#options.setup;
    this.#listen(keys).catch(this.#ended.reject);
    this.#view.withoutPrompt(() => this.#view.open(sessionId, this.#leaving.signal)).catch(this.#ended.reject);
    try {
      return await this.#ended.promise;
    } finally {
      this.#leaving.abort();
      await this.#view.close();
    }
  }

  /** Something went wrong that concerns the whole chat. */
  complain(message: string): void {
    this.#view.say(this.#options.colors.red(sanitizeLine(message)));
  }

  /** Ctrl-C: cancels what runs for this user, or clears the line; the second one leaves. */
  interrupt(): void {
    const nowMs = this.#options.now();
    if (nowMs - this.#armedAtMs <= LEAVE_WITHIN_MS) return this.leave();
    this.#armedAtMs = nowMs;
    const turn = this.#ownTurn();
    if (turn) return this.#cancel(turn);
    this.#editor = withText(this.#editor, "");
    this.#view.edit(this.#editor);
    this.#view.remark("press Ctrl-C again to leave");
  }

  /** Leaves; nothing is cancelled [R6]. */
  leave(): void {
    if (this.#leaving.signal.aborted) return;
    this.#leaving.abort();
    const state = this.#view.session?.state;
    const isRunning = state && (state.active !== null || state.queue.length > 0);
    try {
      if (isRunning || state?.turns.length) {
        const goesOn = isRunning ? "The turn goes on in the daemon. " : "";
        this.#view.say(this.#options.colors.dim(`${goesOn}Come back with: opta chat --resume ${state.sessionId}`));
      }
      this.#view.endPrompt();
    } catch (error) {
      this.#ended.reject(error); // the terminal has gone first
    }
    this.#ended.resolve(ExitCode.done);
  }

  redraw(): void {
    this.#view.redraw();
  }

  async #listen(keys: AsyncIterable<Key[]>): Promise<void> {
    for await (const read of keys) {
      for (const key of read) {
        if (key.name !== "interrupt") this.#armedAtMs = -Infinity; // who goes on typing does not mean to leave
        this.#press(key, read.length === 1);
      }
      this.#view.edit(this.#editor);
    }
    this.leave(); // the terminal has hung up
  }

  #press(key: Key, isAlone: boolean): void {
    switch (key.name) {
      case "interrupt":
        return this.interrupt();
      case "endOfInput":
        if (this.#editor.text === "") return this.leave();
        this.#editor = edit(this.#editor, { name: "delete" });
        return;
      case "clearScreen":
        return this.#view.clear();
      case "suspend":
        return this.#view.aside(this.#options.suspend);
      default:
        if (this.#view.dialog.press(key, isAlone)) return;
        if (key.name === "enter") return this.#enter();
        this.#editor = edit(this.#editor, key);
    }
  }

  #enter(): void {
    const { text } = this.#editor;
    const content = readMessage(text);
    if (content === null) {
      this.#editor = withText(this.#editor, joinLine(text, ""));
      return;
    }
    const { isWriting } = this.#view.dialog;
    this.#view.dialog.enter(content);
    if (isWriting === "answer") {
      this.#editor = withText(this.#editor, "");
      return;
    }
    const isReason = isWriting === "reason" && content.trim() !== "";
    const entry: Entry = isReason ? { kind: "message", content } : readEntry(content);
    this.#editor = remember(this.#editor, entry.kind === "nothing" ? "" : text, MAX_HISTORY);
    if (entry.kind !== "nothing") this.#options.keep(text);
    switch (entry.kind) {
      case "nothing":
        return;
      case "message": {
        const clientTurnId = crypto.randomUUID();
        const { overrides } = this.#options.setup;
        const question = { content: entry.content, mode: this.#mode, overrides };
        return this.#carryOut(text, clientTurnId, () => this.#send(question, clientTurnId));
      }
      case "command": {
        const { name, argument } = entry;
        if (name === "exit") return this.leave();
        return this.#carryOut(text, null, () => this.#command(name, argument));
      }
      case "unknown":
        return this.#carryOut(text, null, () => Promise.reject(new CliError(describeUnknown(entry))));
      default:
        return entry satisfies never;
    }
  }

  /** Carries out what was entered, after what was entered before. What goes wrong is said, and the chat goes on. */
  #carryOut(text: string, clientTurnId: string | null, work: () => Promise<void>): void {
    const before = this.#work;
    const wasAtPrompt = this.#view.hasPrompt;
    this.#work = this.#view.withoutPrompt(async () => {
      if (wasAtPrompt) this.#view.enter(text.trimEnd(), clientTurnId);
      await before;
      try {
        await work();
      } catch (error) {
        this.#report(error);
      }
    });
    this.#work.catch(this.#ended.reject); // the terminal is gone
  }

  async #send({ content, mode, overrides }: Question, clientTurnId?: string): Promise<void> {
    if (content.length > MAX_CONTENT_LENGTH) {
      throw new CliError(`The message is too long: it may have ${MAX_CONTENT_LENGTH.toLocaleString("en")} characters`);
    }
    const { signal } = this.#leaving;
    const { queued } = await this.#session().submit(content, { mode, overrides, clientTurnId, signal });
    if (queued > 0) this.#view.remark(`queued (position ${queued}): ${shorten(sanitizeLine(content))}`);
  }

  async #command(name: Exclude<CommandName, "exit">, argument: string): Promise<void> {
    await runCommand(name, argument, {
      api: this.#options.setup.api,
      session: this.#session(),
      asker: this.#options.setup,
      list: this.#list,
      say: (text) => this.#view.say(text),
      colors: this.#options.colors,
      open: (sessionId) => this.#view.open(sessionId, this.#leaving.signal),
      ask: (question) => this.#send(question),
      mode: this.#mode,
      setMode: (mode) => this.#mode = mode,
      signal: this.#leaving.signal,
    });
  }

  #session(): Session {
    const { session } = this.#view;
    if (session) return session;
    throw new CliError("No session is attached yet");
  }

  #ownTurn(): Turn | undefined {
    const state = this.#view.session?.state;
    const isOwn = (turn: Turn) => turn.clientId === this.#options.setup.clientId;
    return state?.active && isOwn(state.active) ? state.active : state?.queue.find(isOwn);
  }

  #cancel({ turnId, cancelRequested }: Turn): void {
    if (cancelRequested) return this.leave();
    this.#view.say(this.#options.colors.dim("^C cancelling …"));
    this.#session().cancel({ turnId }, this.#leaving.signal).catch((error) => this.#report(error));
  }

  #report(error: unknown): void {
    if (this.#leaving.signal.aborted) return;
    this.complain(error instanceof Error ? error.message : String(error));
  }
}

function shorten(text: string): string {
  return text.length <= MAX_REMARKED_LENGTH ? text : `${text.slice(0, MAX_REMARKED_LENGTH)}…`;
}
