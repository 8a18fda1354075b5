/** The lowest part of the screen: the connection when it is lost, a hint for a moment, and how things stand. */
import type { Value } from "@opta/view/value";
import { fitWidth } from "../chat/fit_width.ts";
import { connectionBanner } from "./connection_banner.ts";
import type { PaneSize, PaneView } from "./pane.ts";
import { statusLine } from "./status_line.ts";
import type { Theme } from "./theme.ts";
import type { TuiSession } from "./tui_session.ts";
import { TurnSpeed } from "./turn_speed.ts";

/** Milliseconds that a hint stays. */
const HINT_MS = 2_000;

export interface StatusPartOptions {
  theme: Value<Theme>;
  /** Of the messages to come. */
  mode: Value<string>;
  /** Of the wall clock: what a connection's moments are. */
  clock: { now(): number };
  /** Milliseconds of a monotonic clock. */
  now(): number;
  size(): PaneSize;
}

export class StatusPart {
  readonly #options: StatusPartOptions;
  readonly #speed = new TurnSpeed();
  #hint: { text: string; untilMs: number } | null = null;

  constructor(options: StatusPartOptions) {
    this.#options = options;
  }

  get hasHint(): boolean {
    return this.#hint !== null;
  }

  hint(text: string): void {
    this.#hint = { text, untilMs: this.#options.now() + HINT_MS };
  }

  /** @param isCovered a request for permission waits under an overlay */
  view(shown: TuiSession | null, { columns }: PaneSize, isCovered = false): PaneView {
    const { theme: { get: theme }, mode, clock, now, size } = this.#options;
    if (this.#hint && this.#hint.untilMs <= now()) this.#hint = null;
    if (!shown) return { lines: [] };
    const { store: { state: { get: state }, connection, presence }, session: { presenceMore: more } } = shown;
    const facts = {
      state: state(),
      connection: connection.get(),
      mode: mode.get(),
      usual: shown.usual,
      attached: presence.get(),
      more,
      speed: this.#speed.look(state().active, now()),
      nowMs: clock.now(),
      isCovered,
    };
    return {
      lines: [
        ...connectionBanner(shown.outage, clock.now(), columns, theme()),
        ...(this.#hint ? [theme().paint("warning", fitWidth(this.#hint.text, columns))] : []),
        ...statusLine(facts, { columns, rows: size().rows, theme: theme() }),
      ],
    };
  }
}
