/**
 * What is said beside an answer, on standard error: remarks, and signs of life while no text comes. In a terminal those of
 * a long prefill are one line that is changed in place, and gone when the answer begins.
 */
import type { Payload } from "@opta/protocol";
import { colorsFor } from "../output/colors.ts";
import { note, writeErr } from "../output/output.ts";
import type { Env } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { emptyEditor, withText } from "./editor.ts";
import { layOut } from "./prompt_layout.ts";

export type Progress = Pick<Payload<"turn.progress">, "phase" | "message">;

export interface RemarksOptions {
  /** Nothing at all is said. */
  isQuiet: boolean;
  /** Somebody looks on, or wants to know everything. */
  isHeard: boolean;
  /** The columns of a terminal that can take a line back; `null` for anything else. */
  columns: number | null;
  dim(text: string): string;
  /** Writes as it is. */
  write(text: string): void;
  /** Writes a line of its own. */
  note(text: string): void;
}

const ERASE_LINE = "\r\x1b[K";

export class Remarks {
  readonly #options: RemarksOptions;
  #isLineShown = false;

  constructor(options: RemarksOptions) {
    this.#options = options;
  }

  static onStderr(flags: { quiet?: boolean; verbose?: boolean }, env: Env): Remarks {
    const isTerminal = Deno.stderr.isTerminal();
    return new Remarks({
      isQuiet: flags.quiet ?? false,
      isHeard: isTerminal || (flags.verbose ?? false),
      columns: isTerminal && env.TERM !== "dumb" ? columnsOfTerminal() : null,
      dim: colorsFor(isTerminal, env).dim,
      write: writeErr,
      note,
    });
  }

  /** For whoever looks on. */
  remark(text: string): void {
    if (this.#options.isHeard) this.tell(text);
  }

  /** Whether anybody wants to know what happens on the way. */
  get isShown(): boolean {
    return this.#options.isHeard && !this.#options.isQuiet;
  }

  /** For logs as well. */
  tell(text: string): void {
    if (this.#options.isQuiet) return;
    this.clear();
    this.#options.note(text);
  }

  /** @param canRewrite whether no text stands in the cursor's line */
  progress({ phase, message }: Progress, canRewrite: boolean): void {
    const { isQuiet, isHeard, columns, write, dim } = this.#options;
    const text = sanitizeLine(message);
    if (phase !== "prefill") return this.tell(text);
    if (columns === null) return this.remark(text);
    if (isQuiet || !isHeard || !canRewrite) return;
    const [row = ""] = layOut({ ...withText(emptyEditor([]), text), cursor: 0 }, columns, 1).rows;
    write(ERASE_LINE + dim(row));
    this.#isLineShown = true;
  }

  /** Takes the line back. */
  clear(): void {
    if (!this.#isLineShown) return;
    this.#isLineShown = false;
    this.#options.write(ERASE_LINE);
  }
}

function columnsOfTerminal(): number | null {
  try {
    return Deno.consoleSize().columns || null;
  } catch {
    return null;
  }
}
