/** Raw mode of the terminal that is standard input. However the program ends, the terminal is as it was before. */
export interface RawModeOptions {
  /** Ctrl-C and Ctrl-Z still send their signals, where the platform can do that. */
  keepsSignals: boolean;
  /** What else the terminal is told, while it is still there. */
  onEnter?(): void;
  onLeave?(): void;
}

/** Ways in which a program ends without coming back here. */
const endings = ["unload", "error", "unhandledrejection"] as const;

export class RawMode implements Disposable {
  readonly #options: RawModeOptions;
  #isOn = false;

  constructor(options: RawModeOptions) {
    this.#options = options;
    for (const ending of endings) globalThis.addEventListener(ending, this.leave);
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** Also when it is on: after the program was stopped and continued, the terminal may have another mode. */
  enter(): void {
    Deno.stdin.setRaw(true, { cbreak: this.#options.keepsSignals && Deno.build.os !== "windows" });
    this.#isOn = true;
    this.#options.onEnter?.();
  }

  readonly leave = (): void => {
    if (!this.#isOn) return;
    this.#isOn = false;
    try {
      Deno.stdin.setRaw(false);
      this.#options.onLeave?.();
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
  };

  [Symbol.dispose](): void {
    for (const ending of endings) globalThis.removeEventListener(ending, this.leave);
    this.leave();
  }
}
