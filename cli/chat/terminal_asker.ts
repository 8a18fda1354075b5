/**
 * Asks for permission beside an answer: on standard error, with keys from the terminal that is standard input. It is in raw
 * mode only while something is asked; Ctrl-C and Ctrl-Z do what they always do.
 */
import type { SessionState } from "@opta/protocol";
import { type Session, systemClock } from "@opta/protocol/client";
import type { Colors } from "../output/colors.ts";
import { sanitize } from "../output/sanitize.ts";
import { type Key, KeyDecoder } from "./keys.ts";
import { PermissionDialog } from "./permission_dialog.ts";
import { RawMode } from "./raw_mode.ts";
import { ESCAPE_WAIT_MS } from "./read_keys.ts";
import { sendChoice } from "./send_choice.ts";
import { terminalSize } from "./terminal_size.ts";

export interface TerminalAskerOptions {
  session: Session;
  clientId: string;
  writerId: string;
  colors: Colors;
  /** Writes to standard error, beside what else stands on the terminal. */
  write(text: string): void;
  /** Ctrl-C where it comes as a key. */
  onInterrupt(): void;
}

/** Bytes of one read: a key, or a line as long as terminals let it be. */
const READ_BYTES = 4_096;

export class TerminalAsker implements Disposable {
  readonly #options: TerminalAskerOptions;
  readonly #dialog: PermissionDialog;
  readonly #raw = new RawMode({ keepsSignals: true });
  #isReading = false;
  #callOffFlush = () => {};
  #hasQuestion = false;

  constructor(options: TerminalAskerOptions) {
    this.#options = options;
    const { session, clientId, writerId, colors } = options;
    this.#dialog = new PermissionDialog({
      clientId,
      writerId,
      colors,
      clock: systemClock,
      canExplain: false,
      columns: () => terminalSize().columns,
      say: (text) => this.write(`${text}\n`),
      redraw: () => this.#redraw(),
      resolve: (requestId, choice) => sendChoice(session, requestId, choice),
      onError: (error) => this.write(`${colors.red(error instanceof Error ? error.message : String(error))}\n`),
    });
    for (const [signal, listener] of this.#signals) Deno.addSignalListener(signal, listener);
  }

  /** Is to be shown every state in which the turn runs, and that of its end. */
  look(state: SessionState): void {
    this.#dialog.look(state);
  }

  /** Writes lines; a question that stands there is ended, and asked again below them. */
  write(text: string): void {
    this.#endQuestion();
    this.#options.write(text);
    this.#redraw();
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#signals) Deno.removeSignalListener(signal, listener);
    this.#callOffFlush();
    this.#dialog[Symbol.dispose]();
    this.#endQuestion();
    this.#raw[Symbol.dispose]();
  }

  #redraw(): void {
    const { question, isAsking, isWriting } = this.#dialog;
    const takesKeys = isAsking && !isWriting; // what is written is a line, as the terminal edits it
    if (takesKeys && !this.#raw.isOn) this.#raw.enter();
    if (!takesKeys) this.#raw.leave();
    if (isAsking) this.#listen(); // at once: what was typed ahead must be read before keys answer [security 13]
    if (question === null) return this.#endQuestion();
    if (!this.#hasQuestion) this.#options.write(`  ${this.#options.colors.yellow(question)} `);
    this.#hasQuestion = true;
  }

  #endQuestion(): void {
    if (this.#hasQuestion) this.#options.write("\n");
    this.#hasQuestion = false;
  }

  /** One read at a time: one that is under way when a question ends goes on into the next. */
  #listen(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#read()
      .catch(() => {}) // the terminal is gone: nobody answers, and the daemon's limit ends it
      .finally(() => this.#isReading = false);
  }

  async #read(): Promise<void> {
    const decoder = new KeyDecoder();
    const utf8 = new TextDecoder();
    const bytes = new Uint8Array(READ_BYTES);
    while (this.#dialog.isAsking) {
      const count = await Deno.stdin.read(bytes);
      if (count === null) return;
      const text = utf8.decode(bytes.subarray(0, count), { stream: true });
      if (this.#dialog.isWriting) {
        this.#dialog.enter(sanitize(text));
        continue;
      }
      this.#callOffFlush();
      this.#press(decoder.push(text));
      if (decoder.isWaiting) {
        this.#callOffFlush = systemClock.after(ESCAPE_WAIT_MS, () => this.#press(decoder.flush()));
      }
    }
  }

  #press(keys: readonly Key[]): void {
    for (const key of keys) {
      if (key.name === "interrupt") this.#options.onInterrupt();
      else this.#dialog.press(key, keys.length === 1);
    }
  }

  /** Continued after Ctrl-Z: the shell has had the terminal. */
  readonly #continue = () => {
    if (!this.#dialog.isAsking) return;
    this.#raw.enter();
    this.#dialog.reshow();
  };

  /** Ends the program as the signal would have, with the terminal as it was. */
  readonly #end = (signal: Deno.Signal) => () => {
    this[Symbol.dispose]();
    Deno.kill(Deno.pid, signal);
  };

  readonly #signals: readonly (readonly [Deno.Signal, () => void])[] = Deno.build.os === "windows" ? [] : [
    ["SIGCONT", this.#continue],
    ["SIGTERM", this.#end("SIGTERM")],
    ["SIGHUP", this.#end("SIGHUP")],
  ];
}
