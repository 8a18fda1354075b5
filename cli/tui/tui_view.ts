/**
 * What the terminal UI shows: the session that it is about, as a transcript, and below it the panes. It is asked for
 * nothing while the terminal belongs to somebody else.
 *
 *     session ──► feed ──► printed lines, tail ─┐
 *     panes, connection, status ────────────────┴─► frame (frames.ts) ──► screen (ink_screen.tsx)
 */
import type { Value } from "@opta/view/value";
import type { Clock, Session } from "@opta/protocol/client";
import { VERSION } from "@opta/protocol";
import { formatAnswerer, formatSession } from "../chat/chat_header.ts";
import type { ChatSetup } from "../chat/chat_setup.ts";
import type { ConversationView, Entered } from "../chat/conversation.ts";
import { fitWidth } from "../chat/fit_width.ts";
import { sanitize, sanitizeLine } from "../sanitize.ts";
import { colorsOf } from "./colors_of.ts";
import type { QueuePane } from "./composer/queue_pane.ts";
import { connectionBanner } from "./connection_banner.ts";
import { Frames } from "./frames.ts";
import { InkScreen } from "./ink_screen.tsx";
import { TextFeed } from "./interim/text_feed.ts";
import type { ComposerPane, PermissionPane } from "./overlay.ts";
import type { Pane, PaneSize, PaneView } from "./pane.ts";
import { PaneSlot } from "./pane_slot.ts";
import { layOutRegions, type Part } from "./regions.ts";
import { statusLine } from "./status_line.ts";
import type { Theme } from "./theme.ts";
import { TuiSession } from "./tui_session.ts";
import { TurnSpeed } from "./turn_speed.ts";

/** Milliseconds between frames while only the time goes on: countdowns and running times are whole seconds. */
const TICK_MS = 500;
/** Milliseconds that a hint stays. */
const HINT_MS = 2_000;

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

interface ViewPanes {
  composer: ComposerPane;
  permission: PermissionPane;
  queue: QueuePane;
}

export class TuiView implements ConversationView, AsyncDisposable {
  readonly frames: Frames;
  readonly #options: TuiViewOptions;
  readonly #screen: InkScreen;
  readonly #speed = new TurnSpeed();
  #shown: TuiSession | null = null;
  #feed: TextFeed;
  #composer: PaneSlot<ComposerPane> | null = null;
  #permission: PaneSlot<PermissionPane> | null = null;
  #queue: PaneSlot<QueuePane> | null = null;
  #overlay: PaneSlot<Pane> | null = null;
  /** Messages that were entered and that the daemon has not acknowledged yet. */
  #outbox: readonly Entered[] = [];
  #hint: { text: string; untilMs: number } | null = null;
  #isAway = false;
  #stopTick: (() => void) | null = null;

  constructor(options: TuiViewOptions) {
    this.#options = options;
    this.frames = new Frames({ ...options, draw: () => this.#draw() });
    this.#screen = new InkScreen(options);
    this.#feed = this.#newFeed();
  }

  get session(): Session | null {
    return this.#shown?.session ?? null;
  }

  /** Messages that the daemon has not taken yet. */
  get unsent(): readonly string[] {
    return this.#outbox.map(({ text }) => text);
  }

  /** There is no connection now. */
  get isLost(): boolean {
    return this.#shown !== null && this.#shown.outage.sinceMs !== null;
  }

  get overlay(): Pane | null {
    return this.#overlay?.pane ?? null;
  }

  setPanes({ composer, permission, queue }: ViewPanes): void {
    this.#composer = this.#slot(composer);
    this.#permission = this.#slot(permission);
    this.#queue = this.#slot(queue);
  }

  /** Shows a pane in place of the composer; `null` closes it. */
  showOverlay(pane: Pane | null): void {
    this.#overlay?.[Symbol.dispose]();
    this.#overlay = pane === null ? null : this.#slot(pane);
    if (pane !== null) this.#permission?.pane.covered();
    this.frames.soon();
  }

  async open(sessionId: string, signal: AbortSignal): Promise<void> {
    const { setup, clock } = this.#options;
    if (!this.#shown) this.say(formatSession({ sessionId, title: "" }, this.#look));
    const next = new TuiSession({ setup, sessionId, frames: this.frames, now: clock.now });
    this.#shown ??= next; // the first one is shown while it connects
    try {
      await next.caughtUp(signal);
    } catch (error) {
      if (this.#shown === next) this.#shown = null;
      await next[Symbol.asyncDispose]();
      throw error;
    }
    const before = this.#shown === next ? null : this.#shown;
    if (before) {
      this.#sayLeaving(before.session);
      this.say(formatSession(next.session.state, this.#look));
    }
    this.#shown = next;
    this.#show(next);
    await before?.[Symbol.asyncDispose]();
  }

  say(text: string): void {
    const isPainted = text.includes("\x1b[");
    this.#feed.line(isPainted ? text : this.#options.theme.get().paint("dim", text));
    this.frames.soon();
  }

  /** The queue stands above the composer. */
  remarkQueued(): void {}

  complain(message: string): void {
    this.say(this.#options.theme.get().paint("bad", sanitizeLine(message)));
  }

  /** The daemon is gone and cannot be brought back. */
  failConnection(message: string): void {
    this.#shown?.fail(message);
  }

  /** Words that stand in the status for a moment. */
  hint(text: string): void {
    this.#hint = { text, untilMs: this.#options.now() + HINT_MS };
    this.frames.soon();
  }

  async during(entered: Entered, work: () => Promise<void>): Promise<void> {
    const { theme } = this.#options;
    if (entered.clientTurnId !== null) this.#outbox = [...this.#outbox, entered];
    else this.say(theme.get().paint("accent", `› ${sanitize(entered.text).trimEnd()}`));
    this.frames.soon();
    try {
      await work();
    } finally {
      this.#outbox = this.#outbox.filter((one) => one !== entered);
      this.frames.soon();
    }
  }

  /** Scrolls what is on the screen away, as Ctrl-L asks for; nothing is lost. */
  clear(): void {
    this.#draw("\n".repeat(this.#options.size().rows));
  }

  /** Takes the live region away while the terminal belongs to somebody else. */
  async away<T>(work: () => T | Promise<T>): Promise<T> {
    this.takeAway();
    this.#permission?.pane.covered();
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
    try {
      if (!this.#isAway) this.#draw();
    } finally {
      this.frames[Symbol.dispose]();
      this.#screen[Symbol.dispose]();
      for (const slot of [this.#composer, this.#permission, this.#queue, this.#overlay]) slot?.[Symbol.dispose]();
      await this.#shown?.[Symbol.asyncDispose]();
    }
  }

  #show({ session, usual }: TuiSession): void {
    const { onOpen } = this.#options;
    this.#permission?.pane.reset();
    this.#feed = this.#newFeed(this.#feed.takePrinted());
    const status = usual === null ? null : { model: usual };
    this.#feed.line(formatAnswerer(session.state, status, this.#look));
    this.#feed.history(session.state);
    this.#permission?.pane.look(session.state);
    this.#queue?.pane.look(session.state);
    session.subscribe((change) => {
      if (session !== this.session) return;
      try {
        this.#feed.change(change, session.state);
        this.#permission?.pane.look(session.state);
        this.#queue?.pane.look(session.state);
      } catch (error) {
        this.#options.onError(error); // thrown on, it would look like a bug of the session
      }
    });
    onOpen(session);
    this.frames.soon();
  }

  get #look() {
    const { theme, size } = this.#options;
    return { colors: colorsOf(theme.get()), columns: size().columns };
  }

  #sayLeaving({ state: { active, queue, sessionId } }: Session): void {
    const goesOn = active || queue.length > 0 ? ` The turn there goes on: /resume ${sessionId}` : "";
    this.say(`Leaving session ${sessionId}.${goesOn}\n`);
  }

  /** @param printed what the one before still had to print */
  #newFeed(printed = ""): TextFeed {
    const { setup: { clientId }, theme, size } = this.#options;
    return new TextFeed({ clientId, colors: colorsOf(theme.get()), columns: () => size().columns }, printed);
  }

  #slot<P extends Pane>(pane: P): PaneSlot<P> {
    return new PaneSlot(pane, this.#options.theme, () => this.frames.soon());
  }

  #draw(above = ""): void {
    if (this.#isAway) return;
    try {
      const { size, setTitle } = this.#options;
      const title = this.#shown?.store.state.get().title;
      setTitle(title ? `opta · ${title}` : `opta ${VERSION}`);
      const isAsking = this.#permission?.pane.isAsking ?? false;
      const permission = isAsking && !this.#overlay ? this.#permission : null;
      const parts = {
        tail: (of: PaneSize) => this.#feed.tail(of),
        panel: this.#overlay?.view ?? permission?.view ?? null,
        queue: this.#waiting,
        composer: this.#overlay ? null : this.#composer?.view ?? null,
        status: this.#status,
      };
      this.#screen.draw(above + this.#feed.takePrinted(), layOutRegions(parts, size()));
      permission?.pane.painted();
      this.#tick();
    } catch (error) {
      this.#options.onError(error);
    }
  }

  /** What waits at the daemon, and what is on its way there. */
  readonly #waiting: NonNullable<Part> = ({ columns, rows }): PaneView => {
    const { theme } = this.#options;
    const queue = this.session?.state.queue ?? [];
    const sending = this.#outbox
      .filter(({ clientTurnId }) => !queue.some((turn) => turn.clientTurnId === clientTurnId))
      .map(({ text }) => theme.get().paint("dim", fitWidth(`  sending: ${sanitizeLine(text)}`, columns)))
      .slice(-rows);
    const queued = this.#queue?.view({ columns, rows: rows - sending.length }).lines ?? [];
    return { lines: [...queued, ...sending] };
  };

  readonly #status: NonNullable<Part> = ({ columns }): PaneView => {
    const shown = this.#shown;
    if (!shown) return { lines: [] };
    const { theme: { get: theme }, mode, clock, now, size } = this.#options;
    if (this.#hint && this.#hint.untilMs <= now()) this.#hint = null;
    const { connection, presence } = shown.store;
    const state = shown.store.state.get();
    const { presenceMore } = shown.session;
    const facts = {
      state,
      connection: connection.get(),
      mode: mode.get(),
      usual: shown.usual,
      attached: presence.get(),
      more: presenceMore,
      speed: this.#speed.look(state.active, now()),
      nowMs: clock.now(),
    };
    return {
      lines: [
        ...connectionBanner(shown.outage, clock.now(), columns, theme()),
        ...(this.#hint ? [theme().paint("warning", fitWidth(this.#hint.text, columns))] : []),
        ...statusLine(facts, { columns, rows: size().rows, theme: theme() }),
      ],
    };
  };

  /** Draws again after a while, when only the time changes what there is to see. */
  #tick(): void {
    const state = this.session?.state;
    const isTimed = this.isLost || this.#hint !== null || (state && state.active !== null);
    if (!isTimed || this.#stopTick) return;
    this.#stopTick = this.#options.clock.after(TICK_MS, () => {
      this.#stopTick = null;
      this.frames.soon();
    });
  }
}
