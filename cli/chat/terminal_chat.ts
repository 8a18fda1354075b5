/**
 * A chat in a terminal: what keys do. Text that is typed while an answer streams is kept, and Enter queues it.
 *
 *     keys ──► editor ──► entry ──► session.submit, or a command   (conversation.ts)
 *     session changes ──► transcript ──► screen          (chat_view.ts)
 */
import type { Clock } from "@opta/protocol/client";
import type { Colors } from "../output/colors.ts";
import { ExitCode } from "../exit.ts";
import type { ChatSetup } from "./chat_setup.ts";
import { ChatView } from "./chat_view.ts";
import { Conversation, resumeHint } from "./conversation.ts";
import { edit, type Editor, emptyEditor, remember, withText } from "./editor.ts";
import { MAX_HISTORY } from "./history_file.ts";
import type { Key } from "./keys.ts";
import { joinLine, readMessage } from "./message_input.ts";
import type { ChatScreen } from "./screen.ts";
import { type Entry, readEntry } from "./slash_command.ts";

export interface TerminalChatOptions {
  setup: ChatSetup;
  screen: ChatScreen;
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
  readonly #conversation: Conversation;
  readonly #ended = Promise.withResolvers<ExitCode>();
  #editor: Editor;

  constructor(options: TerminalChatOptions) {
    this.#options = options;
    this.#editor = emptyEditor(options.history);
    this.#view = new ChatView({ ...options, onEnd: this.#ended.reject }, this.#editor);
    this.#conversation = new Conversation({
      ...options,
      view: this.#view,
      onLeave: () => this.#sayGoodbye(),
      onEnd: this.#ended.reject,
    });
  }

  /**
   * Chats until the user leaves.
   *
   * @throws {CliError | SessionClosedError | OutputClosed} what ends the chat otherwise
   */
  async run(keys: AsyncIterable<Key[]>): Promise<ExitCode> {
    const { sessionId } = this.#options.setup;
    this.#listen(keys).catch(this.#ended.reject);
    this.#view.withoutPrompt(() => this.#view.open(sessionId, this.#conversation.signal)).catch(this.#ended.reject);
    try {
      return await this.#ended.promise;
    } finally {
      this.#conversation.leave();
      await this.#view.close();
    }
  }

  /** Something went wrong that concerns the whole chat. */
  complain(message: string): void {
    this.#view.complain(message);
  }

  /** Ctrl-C: cancels what runs for this user, or clears the line; the second one leaves. */
  interrupt(): void {
    if (!this.#conversation.interrupt()) return;
    this.#editor = withText(this.#editor, "");
    this.#view.edit(this.#editor);
    this.#view.remark("press Ctrl-C again to leave");
  }

  /** Leaves; nothing is cancelled [R6]. */
  leave(): void {
    this.#conversation.leave();
  }

  redraw(): void {
    this.#view.redraw();
  }

  async #listen(keys: AsyncIterable<Key[]>): Promise<void> {
    for await (const read of keys) {
      for (const key of read) {
        if (key.name !== "interrupt") this.#conversation.disarm();
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
    if (entry.kind === "nothing") return;
    this.#options.keep(text);
    this.#conversation.enter(entry, text);
  }

  #sayGoodbye(): void {
    try {
      const hint = resumeHint(this.#view.session?.state, {
        command: "chat",
        isInProcess: this.#options.setup.isInProcess,
      });
      if (hint !== null) this.#view.say(this.#options.colors.dim(hint));
      this.#view.endPrompt();
    } catch (error) {
      this.#ended.reject(error); // the terminal has gone first
    }
    this.#ended.resolve(ExitCode.done);
  }
}
