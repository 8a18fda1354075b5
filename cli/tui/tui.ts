/**
 * The terminal UI as a whole: reads keys, lets the conversation act, and the view show. Which part of the screen a key is
 * for is left to `dispatchKey`. Typing never waits for what streams: a key is read, taken and painted at once.
 */
import type { Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import { Conversation, resumeHint } from "../chat/conversation.ts";
import type { Key } from "../chat/keys.ts";
import { sendChoice } from "../chat/send_choice.ts";
import { type Entry, readEntry } from "../chat/slash_command.ts";
import { CliError, ExitCode } from "../exit.ts";
import { resolvePaths } from "../paths.ts";
import type { QueuePane } from "./composer/queue_pane.ts";
import { colorsOf } from "./colors_of.ts";
import { dispatchKey } from "./dispatch_key.ts";
import { DraftKeeper } from "./draft_keeper.ts";
import type { ComposerPane, OverlayContext, OverlayName, PaneContext, PermissionPane } from "./overlay.ts";
import { overlayFor, PAGER_COMMAND } from "./overlay_commands.ts";
import type { Pane } from "./pane.ts";
import { themeOf } from "./theme.ts";
import { transcriptText } from "./transcript/mod.ts";
import { TuiFailure, type TuiOptions } from "./tui_options.ts";
import { TuiView } from "./tui_view.ts";

export class Tui {
  readonly #options: TuiOptions;
  readonly #view: TuiView;
  readonly #conversation: Conversation;
  readonly #composer: ComposerPane;
  readonly #permission: PermissionPane;
  readonly #queue: QueuePane;
  readonly #drafts: DraftKeeper;
  readonly #ended = Promise.withResolvers<ExitCode>();
  /** The terminal belongs to somebody else until this is settled. */
  #away: Promise<unknown> = Promise.resolve();

  constructor(options: TuiOptions) {
    this.#options = options;
    const { setup, panes, theme, clock } = options;
    const mode = new Value<string>(setup.mode);
    this.#view = new TuiView({
      ...options,
      mode,
      onOpen: (session) => void this.#offerDraft(session),
      onError: (error) => this.#fail(error),
    });
    this.#conversation = new Conversation({
      ...options,
      view: this.#view,
      colors: colorsOf(theme.get()),
      onLeave: () => this.#ended.resolve(ExitCode.done),
      onEnd: (error) => this.#fail(error),
    });
    this.#conversation.mode.subscribe(() => {
      mode.set(this.#conversation.mode.get());
      this.#view.frames.soon();
    });
    this.#composer = panes.composer({
      ...this.#paneContext(),
      history: options.history,
      api: setup.api,
      session: () => this.#view.session,
      submit: (text) => this.#submit(text),
      withoutScreen: (work) => this.#withoutScreen(work),
    });
    this.#permission = panes.permission({
      ...this.#paneContext(),
      clock,
      clientId: setup.clientId,
      writerId: setup.writerId,
      resolve: (requestId, choice) => sendChoice(this.#session(), requestId, choice),
    });
    this.#queue = panes.queue({
      ...this.#paneContext(),
      clientId: setup.clientId,
      writerId: setup.writerId,
      session: () => this.#view.session,
      compose: (text) => this.#composer.prefix(text),
    });
    this.#drafts = new DraftKeeper({
      ...{ files: options.drafts, composer: this.#composer, clock },
      sessionId: () => this.#view.session?.state.sessionId ?? null,
      onError: (error) => this.#conversation.report(error),
    });
    this.#view.setPanes({ composer: this.#composer, permission: this.#permission, queue: this.#queue });
  }

  /**
   * Runs until the user leaves.
   *
   * @throws {TuiFailure} a bug, after which line mode can go on; {CliError | ApiError} when the session is not to be had
   */
  async run(keys: ReadableStream<Key[]>): Promise<ExitCode> {
    const reader = keys.getReader();
    const { setup: { sessionId } } = this.#options;
    this.#listen(reader).catch((error) => this.#fail(error));
    this.#view.open(sessionId, this.#conversation.signal).catch((error) => this.#ended.reject(error));
    this.#view.frames.soon();
    try {
      return await this.#ended.promise;
    } finally {
      reader.releaseLock(); // what comes next belongs to whoever has the terminal then
      this.#conversation.leave();
      await this.#close();
    }
  }

  /** The terminal belongs to somebody else now, such as an editor. */
  get isAway(): boolean {
    return this.#view.isAway;
  }

  /** Something went wrong that concerns the whole chat. */
  complain(message: string): void {
    this.#view.complain(message);
  }

  /** A line of a library that thought it had the screen. */
  say(text: string): void {
    this.#view.say(text);
  }

  /** The daemon cannot be brought back. */
  failConnection(message: string): void {
    this.#view.failConnection(message);
  }

  /** Takes the live region away at once, because the terminal is given back. */
  takeScreenAway(): void {
    this.#view.takeAway();
  }

  leave(): void {
    this.#conversation.leave();
  }

  /** The terminal has another size. */
  resize(): void {
    this.#view.resize();
  }

  /** The terminal was somebody else's. */
  redraw(): void {
    this.#view.frames.now();
  }

  /** Ctrl-C: closes the overlay; cancels what runs for this user, or clears the line; the second one leaves. */
  interrupt(): void {
    if (this.#view.overlay) return this.#view.showOverlay(null);
    if (!this.#conversation.interrupt()) return;
    this.#composer.setText("");
    this.#view.hint("press Ctrl-C again to leave");
  }

  async #listen(reader: ReadableStreamDefaultReader<Key[]>): Promise<void> {
    while (!this.#conversation.signal.aborted) {
      await this.#away; // a read now would take keys from whoever has the terminal
      const read = await reader.read().catch((error) => {
        if (this.#conversation.signal.aborted) return null; // the lock is released
        throw error;
      });
      if (read === null) return;
      if (read.done) return this.leave(); // the terminal has hung up
      for (const key of read.value) {
        if (key.name !== "interrupt") this.#conversation.disarm();
        this.#press(key, read.value.length === 1);
      }
      this.#view.frames.now();
    }
  }

  #press(key: Key, isAlone: boolean): void {
    dispatchKey(key, isAlone, {
      overlay: this.#view.overlay,
      permission: this.#permission,
      queue: this.#queue,
      composer: this.#composer,
      retry: this.#view.isLost ? () => this.#session().retryNow() : null,
      interrupt: () => this.interrupt(),
      leave: () => this.leave(),
      clear: () => this.#view.clear(),
      suspend: () => this.#hold(this.#view.away(this.#options.suspend)),
      cancel: () => void this.#conversation.cancel(),
      showDetails: () => this.#showOverlay("details"),
    });
  }

  #submit(text: string): void {
    const { isWriting } = this.#permission;
    this.#permission.enter(text);
    if (isWriting === "answer") return;
    const isReason = isWriting === "reason" && text.trim() !== "";
    const entry: Entry = isReason ? { kind: "message", content: text } : readEntry(text);
    if (entry.kind === "nothing") return;
    this.#options.keep(text);
    if (entry.kind !== "message") {
      const overlay = overlayFor(text);
      if (overlay) return this.#showOverlay(overlay);
      if (text.trim() === PAGER_COMMAND) return this.#showHistory();
    }
    this.#conversation.enter(entry, text);
  }

  #showOverlay(name: OverlayName): void {
    const load = this.#options.panes.overlays[name];
    if (!load) return this.complain(`There is no overlay ${name}`);
    const open = async () => {
      const factory = await load();
      if (this.#conversation.signal.aborted) return;
      const overlay: Pane = factory({
        ...this.#overlayContext(),
        close: () => this.#view.overlay === overlay && this.#view.showOverlay(null), // another one may stand there now
      });
      this.#view.showOverlay(overlay);
    };
    open().catch((error) => this.#conversation.report(error));
  }

  /** All of the conversation, in a pager. */
  #showHistory(): void {
    const { setup: { clientId }, theme, size, page } = this.#options;
    const view = { columns: size().columns, theme: theme.get(), clientId };
    this.#withoutScreen(() => page(transcriptText(this.#session().state, view)))
      .catch((error) => this.#conversation.report(error));
  }

  #paneContext(): PaneContext {
    const { theme } = this.#options;
    return {
      theme,
      say: (text) => this.#view.say(text),
      fail: (error) => this.#conversation?.report(error),
      signal: this.#conversation.signal,
    };
  }

  #overlayContext(): Omit<OverlayContext, "close"> {
    const { setup: { api, env }, theme, clock } = this.#options;
    return {
      ...this.#paneContext(),
      ...{ api, clock },
      settings: { paths: resolvePaths(env), env },
      session: this.#session(),
      mode: this.#conversation.mode,
      setTheme: (name) => theme.set(themeOf(name)),
      open: (sessionId) => this.#view.open(sessionId, this.#conversation.signal),
      run: (command) => this.#submit(`/${command}`),
      compose: (text) => this.#composer.setText(text),
      show: (name) => this.#showOverlay(name),
    };
  }

  #session(): Session {
    const { session } = this.#view;
    if (session) return session;
    throw new CliError("No session is attached yet");
  }

  async #withoutScreen<T>(work: () => Promise<T>): Promise<T> {
    const { giveAway, take } = this.#options;
    const done = this.#view.away(async () => {
      giveAway();
      try {
        return await work();
      } finally {
        take();
      }
    });
    this.#hold(done);
    return await done;
  }

  #hold(done: Promise<unknown>): void {
    this.#away = done.catch(() => {}); // whoever waits for it deals with that
  }

  async #offerDraft({ state }: Session): Promise<void> {
    try {
      if (await this.#drafts.offer(state.sessionId)) this.#view.hint("what you had typed last time is back");
    } catch (error) {
      this.#conversation.report(error);
    }
  }

  #fail(error: unknown): void {
    const { setup } = this.#options;
    this.#ended.reject(new TuiFailure(this.#view.session?.state.sessionId ?? setup.sessionId, error));
  }

  async #close(): Promise<void> {
    const { theme, setup: { isInProcess } } = this.#options;
    const draft = [...this.#view.unsent, this.#composer.text].filter((text) => text.trim() !== "").join("\n");
    const hint = resumeHint(this.#view.session?.state, { command: "tui", isInProcess });
    const notes: string[] = hint === null ? [] : [hint];
    try {
      if (await this.#drafts.save(draft)) notes.push("What you had typed is kept for then.");
    } catch (error) {
      notes.push(`What you had typed is not kept: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (notes.length > 0) this.#view.say(theme.get().paint("dim", notes.join("\n")));
    this.#drafts[Symbol.dispose]();
    await this.#view[Symbol.asyncDispose]();
  }
}
