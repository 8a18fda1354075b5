/**
 * What the terminal UI shows: the session that it is about, as a transcript, and below it the panes. Nothing is drawn
 * while the terminal belongs to somebody else.
 *
 *     session ──► transcript ──► printed lines, tail ─┐
 *     panes, outbox, status ──────────────────────────┴─► frame (frames.ts) ──► screen (ink_screen.tsx)
 */
import { VERSION } from "@opta/protocol";
import type { Clock, Session } from "@opta/protocol/client";
import type { Value } from "@opta/view/value";
import { formatAnswerer, formatSession } from "../chat/chat_header.ts";
import type { ChatSetup } from "../chat/chat_setup.ts";
import type { ConversationView, Entered } from "../chat/conversation.ts";
import { sanitize, sanitizeLine } from "../output/sanitize.ts";
import { colorsOf } from "./colors_of.ts";
import type { QueuePane } from "./composer/queue_pane.ts";
import { Frames } from "./frames.ts";
import { InkScreen } from "./ink_screen.tsx";
import { Outbox } from "./outbox.ts";
import type { ComposerPane, PermissionPane } from "./overlay.ts";
import type { Pane, PaneSize, PaneView } from "./pane.ts";
import { PaneSlot } from "./pane_slot.ts";
import { layOutRegions } from "./regions.ts";
import { StatusPart } from "./status_part.ts";
import type { Theme } from "./theme.ts";
import { TranscriptPart } from "./transcript_part.ts";
import { TuiSession } from "./tui_session.ts";

/** Milliseconds between frames while only the time goes on: countdowns and running times are whole seconds. */
const TICK_MS = 500;
/**
 * Milliseconds without another change of the size after which is drawn for it: what is written while a window is dragged
 * reaches a terminal that has yet another size, and lands elsewhere.
 */
const RESIZE_SETTLE_MS = 60;

export interface ViewPanes {
  composer: ComposerPane;
  permission: PermissionPane;
  queue: QueuePane;
}

export interface TuiViewOptions {
  setup: ChatSetup;
  theme: Value<Theme>;
  mode: Value<string>;
  clock: Clock;
  /** Milliseconds of a monotonic clock. */
  now(): number;
  write(text: string): void;
  size(): PaneSize;
  setTitle(text: string): void;
  /** Another session is shown. */
  onOpen(session: Session): void;
  /** The view cannot go on. */
  onError(error: unknown): void;
}

type Slots = { readonly [Name in keyof ViewPanes]: PaneSlot<ViewPanes[Name]> };

export class TuiView implements ConversationView, AsyncDisposable {
  readonly frames: Frames;
  readonly #options: TuiViewOptions;
  readonly #screen: InkScreen;
  readonly #transcript: TranscriptPart;
  readonly #status: StatusPart;
  readonly #outbox = new Outbox();
  #shown: TuiSession | null = null;
  /** All of the session is known, and its beginning is printed. */
  #isOpen = false;
  #panes: Slots | null = null;
  #overlay: PaneSlot<Pane> | null = null;
  #isAway = false;
  #stopTick: (() => void) | null = null;
  /** The size changes: nothing is drawn until it has settled. */
  #stopSettling: (() => void) | null = null;

  constructor(options: TuiViewOptions) {
    this.#options = options;
    const { setup: { clientId } } = options;
    this.frames = new Frames({ ...options, draw: () => this.#draw() });
    this.#screen = new InkScreen(options);
    this.#status = new StatusPart(options);
    this.#transcript = new TranscriptPart({ ...options, clientId, onReady: () => this.frames.soon() });
  }

  get session(): Session | null {
    return this.#shown?.session ?? null;
  }

  /** Messages that the daemon has not taken yet. */
  get unsent(): readonly string[] {
    return this.#outbox.texts;
  }

  /** There is no connection now. */
  get isLost(): boolean {
    return this.#shown !== null && this.#shown.outage.sinceMs !== null;
  }

  /** Nothing is drawn, because the terminal is given away. */
  get isAway(): boolean {
    return this.#isAway;
  }

  get overlay(): Pane | null {
    return this.#overlay?.pane ?? null;
  }

  setPanes({ composer, permission, queue }: ViewPanes): void {
    this.#panes = { composer: this.#slot(composer), permission: this.#slot(permission), queue: this.#slot(queue) };
  }

  /** Shows a pane in place of the composer; `null` closes it. */
  showOverlay(pane: Pane | null): void {
    this.#overlay?.[Symbol.dispose]();
    this.#overlay = pane === null ? null : this.#slot(pane);
    if (pane !== null) this.#panes?.permission.pane.covered();
    this.frames.soon();
  }

  async open(sessionId: string, signal: AbortSignal): Promise<void> {
    const { setup, clock } = this.#options;
    const next = new TuiSession({ setup, sessionId, frames: this.frames, now: clock.now });
    if (!this.#shown) this.say(formatSession({ sessionId, title: "" }, this.#headerView));
    this.#shown ??= next; // the first one is shown while it connects
    const before = this.#shown === next ? null : this.#shown;
    try {
      await next.caughtUp(signal);
      await this.#show(next, before);
    } catch (error) {
      if (this.#shown === next) this.#shown = before;
      await next[Symbol.asyncDispose]();
      throw error;
    }
    await before?.[Symbol.asyncDispose]();
  }

  say(text: string): void {
    const isPainted = text.includes("\x1b[");
    this.#transcript.say(isPainted ? text : this.#options.theme.get().paint("dim", text));
    this.frames.soon();
  }

  /** The queue stands above the composer. */
  remarkQueued(): void {}

  /** The status says so as soon as the daemon has taken it. */
  sayCancelling(): void {
    this.hint("cancelling …");
  }

  complain(message: string): void {
    this.say(this.#options.theme.get().paint("bad", sanitizeLine(message)));
  }

  /** The daemon is gone and cannot be brought back. */
  failConnection(message: string): void {
    this.#shown?.fail(message);
  }

  /** Words that stand in the status for a moment. */
  hint(text: string): void {
    this.#status.hint(text);
    this.frames.soon();
  }

  async during(entered: Entered, work: () => Promise<void>): Promise<void> {
    const { theme } = this.#options;
    this.frames.soon();
    try {
      if (entered.clientTurnId !== null) return await this.#outbox.during(entered, work);
      this.say(theme.get().paint("accent", `› ${sanitize(entered.text).trimEnd()}`));
      await work();
    } finally {
      this.frames.soon();
    }
  }

  resize(): void {
    this.#stopSettling?.();
    this.#stopSettling = this.#options.clock.after(RESIZE_SETTLE_MS, () => {
      this.#stopSettling = null;
      this.frames.now();
    });
  }

  /** Scrolls what is on the screen away, as Ctrl-L asks for; nothing is lost. */
  clear(): void {
    this.#draw("\n".repeat(this.#options.size().rows));
  }

  /** Takes the live region away while the terminal belongs to somebody else. */
  async away<T>(work: () => T | Promise<T>): Promise<T> {
    this.takeAway();
    this.#panes?.permission.pane.covered();
    try {
      return await work();
    } finally {
      this.#isAway = false;
      this.frames.now();
    }
  }

  takeAway(): void {
    this.#isAway = true;
    this.#screen.erase();
  }

  /** Shows what there is to show for the last time, and takes the live region away for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopTick?.();
    this.#stopSettling?.();
    this.#stopSettling = null;
    try {
      if (!this.#isAway) this.#draw();
    } finally {
      this.#stopTick?.();
      this.frames[Symbol.dispose]();
      this.#screen[Symbol.dispose]();
      for (const slot of [...Object.values(this.#panes ?? {}), this.#overlay]) slot?.[Symbol.dispose]();
      await this.#shown?.[Symbol.asyncDispose]();
    }
  }

  async #show(next: TuiSession, before: TuiSession | null): Promise<void> {
    const { session, usual } = next;
    const answerer = formatAnswerer(session.state, usual === null ? null : { model: usual }, this.#headerView);
    const header = before ? `${formatSession(session.state, this.#headerView)}\n${answerer}` : answerer;
    if (before) this.#sayLeaving(before.session);
    await this.#transcript.open(session, header, before?.session.state ?? null);
    this.#shown = next;
    this.#isOpen = true;
    this.#panes?.permission.pane.reset();
    this.#lookAtState();
    session.subscribe(() => {
      if (session === this.session) this.#lookAtState();
    });
    this.#options.onOpen(session);
    this.frames.soon();
  }

  /** Requests for permission are looked at with each change, not with each frame. */
  #lookAtState(): void {
    const state = this.session?.state;
    if (!state) return;
    try {
      this.#panes?.permission.pane.look(state);
      this.#panes?.queue.pane.look(state);
    } catch (error) {
      this.#options.onError(error); // thrown on, it would look like a bug of the session
    }
  }

  get #headerView() {
    const { theme, size } = this.#options;
    return { colors: colorsOf(theme.get()), columns: size().columns };
  }

  #sayLeaving({ state: { active, queue, sessionId } }: Session): void {
    const goesOn = active || queue.length > 0 ? ` The turn there goes on: /resume ${sessionId}` : "";
    this.say(`Leaving session ${sessionId}.${goesOn}\n`);
  }

  #slot<P extends Pane>(pane: P): PaneSlot<P> {
    return new PaneSlot(pane, this.#options.theme, () => this.frames.soon());
  }

  #draw(above = ""): void {
    if (this.#isAway || this.#stopSettling) return;
    try {
      const { size, setTitle } = this.#options;
      const state = this.#shown?.store.state.get() ?? null;
      setTitle(state?.title ? `opta · ${state.title}` : `opta ${VERSION}`);
      const asking = this.#panes?.permission.pane.isAsking ? this.#panes.permission : null;
      const permission = this.#overlay ? null : asking;
      const printed = above + this.#transcript.take(this.#isOpen ? state : null);
      const parts = {
        tail: this.#transcript.tail,
        panel: this.#overlay?.view ?? permission?.view ?? null,
        queue: this.#waiting,
        composer: this.#overlay ? null : this.#panes?.composer.view ?? null,
        status: (of: PaneSize) => this.#status.view(this.#shown, of, asking !== permission),
      };
      this.#screen.draw(printed, layOutRegions(parts, size()));
      if (permission) this.#screen.written().then(() => permission.pane.painted()).catch(this.#options.onError);
      this.#tick();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** What waits at the daemon, and what is on its way there. */
  readonly #waiting = ({ columns, rows }: PaneSize): PaneView => {
    const { theme } = this.#options;
    const sending = this.session ? this.#outbox.lines(this.session.state, { columns, rows }, theme.get()) : [];
    const queued = this.#panes?.queue.view({ columns, rows: rows - sending.length }).lines ?? [];
    return { lines: [...queued, ...sending] };
  };

  /** Draws again after a while, when only the time changes what there is to see. */
  #tick(): void {
    const isTimed = this.isLost || this.#status.hasHint || (this.session && this.session.state.active !== null);
    if (!isTimed || this.#stopTick) return;
    this.#stopTick = this.#options.clock.after(TICK_MS, () => {
      this.#stopTick = null;
      this.frames.soon();
    });
  }
}
