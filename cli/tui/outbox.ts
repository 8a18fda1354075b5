/** Messages that were entered and that the daemon has not acknowledged yet, as they stand above the composer. */
import type { SessionState } from "@opta/protocol";
import type { Entered } from "../chat/conversation.ts";
import { fitWidth } from "../chat/fit_width.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import type { PaneSize } from "./pane.ts";
import type { Theme } from "./theme.ts";

export class Outbox {
  #entered: readonly Entered[] = [];

  /** What has not arrived, oldest first. */
  get texts(): readonly string[] {
    return this.#entered.map(({ text }) => text);
  }

  /** Holds it for as long as `work` takes. */
  async during(entered: Entered, work: () => Promise<void>): Promise<void> {
    this.#entered = [...this.#entered, entered];
    try {
      await work();
    } finally {
      this.#entered = this.#entered.filter((one) => one !== entered);
    }
  }

  /** Without those that stand in the session already. */
  lines({ queue, active, turns }: SessionState, { columns, rows }: PaneSize, theme: Theme): string[] {
    if (this.#entered.length === 0 || rows === 0) return [];
    const latest = turns.at(-1);
    const known = [...queue, ...(active ? [active] : []), ...(latest ? [latest] : [])];
    return this.#entered
      .filter(({ clientTurnId }) => !known.some((turn) => turn.clientTurnId === clientTurnId))
      .map(({ text }) => theme.paint("dim", fitWidth(`  sending: ${sanitizeLine(text)}`, columns)))
      .slice(-rows);
  }
}
