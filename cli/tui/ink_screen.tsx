/**
 * The screen of the terminal UI: lines that are printed once and scroll away, and below them the live region, which Ink
 * draws. Printed lines do not pass through Ink; docs/decisions/0011 has the measurements.
 *
 *     draw(printed) ──► frame taken away ─► lines written ─► frame drawn below ──► one write
 */
import { PassThrough } from "node:stream";
import { type Instance, render } from "ink";
import stringWidth from "string-width";
import { FrameOutput } from "./frame_output.ts";
import { LiveRegion } from "./live_region.tsx";
import { type Cursor, emptyRegions, type layOutRegions, regionNames, type Regions, setRegions } from "./regions.ts";

/** Ink holds frames back to reach this; the app itself says when there is a frame to draw. */
const MAX_FPS = 1_000;

export interface InkScreenOptions {
  write(text: string): void;
  size(): { columns: number; rows: number };
  /** Ink or React has thrown: nothing is drawn any more. */
  onError(error: unknown): void;
}

export class InkScreen implements Disposable {
  readonly #options: InkScreenOptions;
  readonly #regions: Regions = emptyRegions();
  readonly #output: FrameOutput;
  readonly #ink: Instance;
  /** There is no frame on the screen, whatever the regions hold. */
  #isErased = false;
  #isClosed = false;

  constructor(options: InkScreenOptions) {
    this.#options = options;
    this.#output = new FrameOutput(options);
    this.#ink = render(this.#root(), {
      stdout: this.#output as unknown as NodeJS.WriteStream,
      stdin: new PassThrough() as unknown as NodeJS.ReadStream, // keys are read by the app
      interactive: true, // also with CI set
      incrementalRendering: true,
      isScreenReaderEnabled: false, // that is the line mode's
      maxFps: MAX_FPS,
      patchConsole: false,
      exitOnCtrlC: false,
    });
  }

  /** Prints lines, each with its end, and draws the live region below them. */
  draw(printed: string, layout: ReturnType<typeof layOutRegions>): void {
    if (this.#isClosed) return;
    this.#fitSize();
    if (printed !== "") {
      this.#takeFrameAway();
      this.#output.hold();
      this.#output.write(printed);
    }
    setRegions(this.#regions, layout);
    if (!this.#isErased) return; // Ink draws what has changed
    this.#isErased = false;
    this.#ink.rerender(this.#root());
  }

  /** Takes the live region away, with the cursor shown where it began, as before the terminal is given away. */
  erase(): void {
    if (this.#isClosed) return;
    this.#takeFrameAway();
    this.#output.release();
    this.#options.write(SHOW_CURSOR);
  }

  /** Takes the live region away for good. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.erase();
    this.#isClosed = true;
    this.#ink.unmount();
    this.#output.release();
  }

  #root() {
    return <LiveRegion regions={this.#regions} onError={this.#options.onError} />;
  }

  #takeFrameAway(): void {
    if (this.#isErased) return;
    this.#isErased = true;
    this.#output.hold();
    this.#ink.clear();
  }

  /**
   * Takes the frame away when the terminal has another size than it was drawn for. A terminal that became narrower has
   * broken its lines anew, so that its top is higher above the cursor than Ink knows.
   */
  #fitSize(): void {
    const { columns, rows } = this.#options.size();
    const output = this.#output;
    if (columns === output.columns && rows === output.rows) return;
    if (!this.#isErased) {
      output.hold();
      output.write(cursorUp(extraRows(this.#regions, columns)) + ERASE_BELOW);
      this.#takeFrameAway();
    }
    output.columns = columns;
    output.rows = rows;
  }
}

const SHOW_CURSOR = "\x1b[?25h";
const ERASE_BELOW = "\x1b[J";

/** How many rows more the lines above the cursor take in a terminal of so many columns. */
function extraRows(regions: Regions, columns: number): number {
  const lines = regionNames.flatMap((name) => regions[name].get());
  const cursor: Cursor = regions.cursor.get() ?? { x: 0, y: lines.length };
  const extra = (width: number) => Math.max(0, Math.ceil(width / columns) - 1);
  const above = lines.slice(0, cursor.y).reduce((sum, line) => sum + extra(stringWidth(line)), 0);
  return above + Math.floor(cursor.x / columns);
}

function cursorUp(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}
