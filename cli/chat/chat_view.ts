/**
 * What a terminal shows of a chat: the session that it is about, as a transcript, and below it the prompt while nothing
 * runs, or the running turn's sign of life while no text comes.
 */
import type { SessionState } from "@opta/protocol";
import { type Clock, type Session, type SessionChange, SessionClosedError } from "@opta/protocol/client";
import type { Colors } from "../output/colors.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { wrapWords } from "../output/wrap_words.ts";
import { formatHeader } from "./chat_header.ts";
import { attach, type ChatSetup } from "./chat_setup.ts";
import type { ConversationView, Entered } from "./conversation.ts";
import type { Editor } from "./editor.ts";
import { PermissionDialog } from "./permission_dialog.ts";
import { INDENT } from "./prompt_layout.ts";
import { sendChoice } from "./send_choice.ts";
import type { ChatScreen } from "./screen.ts";
import { isPassing, Transcript } from "./transcript.ts";
import { watchConnection } from "./watch_connection.ts";

type Below = "prompt" | { kind: "question" | "status"; text: string } | null;

const DRAFT_KEPT = " (what you have typed is kept)";

export interface ChatViewOptions {
  setup: ChatSetup;
  screen: ChatScreen;
  colors: Colors;
  clock: Pick<Clock, "after">;
  /** The chat cannot go on: the session is gone, or the terminal. */
  onEnd(error: unknown): void;
}

export class ChatView implements ConversationView {
  /** Asks about requests for permission; keys are offered to it first. */
  readonly dialog: PermissionDialog;
  readonly #options: ChatViewOptions;
  #transcript: Transcript;
  #editor: Editor;
  #session: Session | null = null;
  /** Entries that are being carried out, and the leaving, which has no end. */
  #held = 0;

  constructor(options: ChatViewOptions, editor: Editor) {
    this.#options = options;
    this.#editor = editor;
    this.#transcript = this.#newTranscript();
    const { setup: { clientId, writerId }, colors, clock } = options;
    this.dialog = new PermissionDialog({
      clientId,
      writerId,
      colors,
      clock,
      canExplain: true,
      columns: () => options.screen.columns,
      say: (text) => this.say(text),
      redraw: () => this.#showBelow(),
      resolve: (requestId, choice) =>
        this.#session ? sendChoice(this.#session, requestId, choice) : Promise.reject(new TypeError("No session")),
      onError: (error) => this.say(colors.red(sanitizeLine(error instanceof Error ? error.message : String(error)))),
    });
  }

  /** `null` while none is attached. */
  get session(): Session | null {
    return this.#session;
  }

  /** Whether the prompt is there, rather than an answer that streams. */
  get hasPrompt(): boolean {
    return this.#options.screen.hasPrompt;
  }

  /** Shows this session from its beginning on, in place of the one before. */
  async open(sessionId: string, signal: AbortSignal): Promise<void> {
    const { setup, colors, screen } = this.#options;
    const session = attach(setup, sessionId, "terminal");
    const stopWatching = watchConnection(session, setup.revival, (text) => this.say(colors.yellow(text)));
    try {
      const status = setup.api.call("status", { signal }).catch(() => null); // the header can do without
      await session.caughtUp(signal);
      await this.#show(session, formatHeader(session.state, await status, { colors, columns: screen.columns }));
    } catch (error) {
      stopWatching();
      await session.close();
      throw error;
    }
  }

  async #show(session: Session, header: string): Promise<void> {
    const before = this.#session;
    if (before) {
      const { active, queue, sessionId } = before.state;
      const goesOn = active || queue.length > 0 ? ` The turn there goes on: /resume ${sessionId}` : "";
      this.say(this.#options.colors.dim(`Leaving session ${sessionId}.${goesOn}\n`));
    }
    this.#session = session;
    this.dialog.reset();
    this.#transcript = this.#newTranscript();
    this.#print(header + this.#transcript.history(session.state));
    session.subscribe((change) => this.#change(change, session));
    this.dialog.look(session.state);
    await before?.close();
  }

  async close(): Promise<void> {
    this.dialog.reset();
    await this.#session?.close();
  }

  /** A line of its own, at once. */
  say(text: string): void {
    this.#print(this.#transcript.line(text));
  }

  /** A dimmed line; in the middle of a streamed one it waits for the end of the word. */
  remark(text: string): void {
    this.#print(this.#transcript.remark(text));
  }

  sayCancelling(): void {
    this.say(this.#options.colors.dim("^C cancelling …"));
  }

  /** Something went wrong. */
  complain(message: string): void {
    const { colors, screen } = this.#options;
    this.say(wrapWords(colors.red(sanitizeLine(message)), screen.columns));
  }

  remarkQueued(text: string): void {
    this.remark(text);
  }

  /** What stood at the prompt stays above, as a part of the conversation; the prompt is away until `work` is done. */
  async during({ text, clientTurnId }: Entered, work: () => Promise<void>): Promise<void> {
    const wasAtPrompt = this.hasPrompt;
    await this.withoutPrompt(async () => {
      if (wasAtPrompt) this.#options.screen.printEntered(this.#transcript.typed(text.trimEnd(), clientTurnId));
      await work();
    });
  }

  /** Changes what stands at the prompt. */
  edit(editor: Editor): void {
    if (editor === this.#editor) return;
    this.#editor = editor;
    this.redraw();
  }

  /** Draws the prompt again, as after a change of the terminal's size. */
  redraw(): void {
    if (this.hasPrompt) this.#options.screen.showPrompt(this.#editor);
  }

  clear(): void {
    this.#options.screen.clear();
    this.dialog.reshow();
    this.#showBelow();
  }

  /** Takes the prompt away for good: whatever is still said on the way out stands above nothing. */
  endPrompt(): void {
    this.#held++;
    this.#options.screen.hideBelow();
  }

  /** Does something for which the prompt must not stand there. */
  aside(act: () => void): void {
    this.#options.screen.hideBelow();
    act();
    this.dialog.reshow();
    this.#showBelow();
  }

  /** Keeps the prompt away while `work` is done. */
  async withoutPrompt(work: () => Promise<void>): Promise<void> {
    this.#held++;
    try {
      const done = work();
      this.#options.screen.hideBelow();
      await done;
    } finally {
      this.#held--;
      this.#showBelow();
    }
  }

  #change(change: SessionChange, session: Session): void {
    try {
      if (change.kind === "connection" && change.connection.kind === "closed" && session === this.#session) {
        this.#options.onEnd(new SessionClosedError(change.connection.reason));
      }
      this.#print(this.#transcript.change(change, session.state));
      if (session === this.#session) this.dialog.look(session.state);
    } catch (error) {
      this.#options.onEnd(error); // thrown on, it would look like a bug of the session
    }
  }

  #print(text: string): void {
    this.#options.screen.print(text);
    this.#showBelow();
  }

  #showBelow(): void {
    const { screen } = this.#options;
    const below = this.#session && this.#held === 0 ? this.#below(this.#session.state) : null;
    if (below === null) screen.hideBelow();
    else if (below !== "prompt") screen.showStatus(wrapWords(below.text, screen.columns - INDENT - 1), below.kind);
    else if (!screen.hasPrompt) screen.showPrompt(this.#editor);
  }

  /** What stands below the text: a question, or the prompt while keys do not answer it yet; how things stand; or nothing. */
  #below(state: SessionState): Below {
    if (!this.dialog.isAsking) return belowOf(state, this.#transcript);
    const { question } = this.dialog;
    if (question === null) return "prompt";
    return { kind: "question", text: question + (this.#editor.text === "" ? "" : DRAFT_KEPT) };
  }

  #newTranscript(): Transcript {
    const { setup: { clientId }, colors, screen } = this.#options;
    return new Transcript({ clientId, colors, columns: () => screen.columns });
  }
}

/** Without a question. */
function belowOf({ active, queue }: SessionState, transcript: Transcript): Below {
  const turn = active ?? queue[0];
  if (!turn) return "prompt";
  const { progress, cancelRequested } = turn;
  const isShown = progress && isPassing(progress.phase) && !cancelRequested && transcript.isAtLineStart;
  return isShown ? { kind: "status", text: sanitizeLine(progress.message) } : null;
}
