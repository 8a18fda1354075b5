/**
 * Shows on standard error that long work goes on: in a terminal one line that is drawn again and again and goes away at the
 * end, anywhere else a line now and then.
 */
import { formatProgress, formatProgressLine, type Progress } from "./format_progress.ts";
import { writeErr } from "./output.ts";
import type { Env } from "../paths.ts";
import { TransferRate } from "./transfer_rate.ts";

/** Between two drawings of the line: often enough to look alive, and far from costing anything. */
const REDRAW_MS = 250;
/** Between two lines of a log. */
const REPORT_MS = 5_000;
/** When a terminal does not say how wide it is. */
const DEFAULT_COLUMNS = 80;

export class ProgressBar implements Disposable {
  readonly #label: string;
  readonly #isTerminal: boolean;
  readonly #beganAtMs = performance.now();
  readonly #rate = new TransferRate();
  readonly #timer: ReturnType<typeof setInterval>;
  #bytes: Progress["bytes"] = null;

  constructor(label: string, env: Env) {
    this.#label = label;
    this.#isTerminal = Deno.stderr.isTerminal() && env.TERM !== "dumb" && !env.CI;
    this.#timer = setInterval(() => this.#draw(), this.#isTerminal ? REDRAW_MS : REPORT_MS);
    this.#draw();
  }

  /** @param total 0 while it is not known */
  update(done: number, total: number): void {
    this.#bytes = { done, total, perSecond: this.#rate.add(done, performance.now()) };
  }

  /** Takes the line away. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    if (this.#isTerminal) writeErr("\r\x1b[K");
  }

  #draw(): void {
    const progress = { label: this.#label, elapsedMs: performance.now() - this.#beganAtMs, bytes: this.#bytes };
    if (this.#isTerminal) writeErr(`\r${formatProgress(progress, columnsOfTerminal())}\x1b[K`);
    else writeErr(`opta: ${formatProgressLine(progress)}\n`);
  }
}

function columnsOfTerminal(): number {
  try {
    return Deno.consoleSize().columns || DEFAULT_COLUMNS;
  } catch {
    return DEFAULT_COLUMNS; // standard output may be a pipe: then nobody says
  }
}
