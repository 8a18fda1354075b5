/** A program in a real terminal: a pty that it runs in, keys that are typed, and the screen as a person would see it. */
import { type IPty, spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless"; // CommonJS: its exports have no names that Deno could see

/** Far more than anything here takes, also on a busy machine; a test that reaches it has failed. */
const TIMEOUT_MS = 20_000;

export interface TestTerminalOptions {
  command: string;
  args: string[];
  env: Record<string, string>;
  /** The folder in which it is run: that of the tests unless given. */
  cwd?: string;
  columns?: number;
  rows?: number;
}

export class TestTerminal implements AsyncDisposable {
  readonly #pty: IPty;
  readonly #screen: xterm.Terminal;
  readonly #waiting = new Set<() => void>();
  #written = "";
  #title = "";
  readonly #exit = Promise.withResolvers<number>();

  constructor({ command, args, env, cwd, columns = 80, rows = 24 }: TestTerminalOptions) {
    const size = { cols: columns, rows };
    this.#screen = new xterm.Terminal({
      ...size,
      ...{ scrollback: 10_000, reflowCursorLine: true, allowProposedApi: true },
      windowOptions: { pushTitle: true, popTitle: true },
    });
    this.#pty = spawn(command, args, { ...size, env, cwd, name: env.TERM ?? "xterm-256color" });
    this.#pty.onData((data) => {
      this.#written += data;
      this.#screen.write(data, () => this.#waiting.forEach((look) => look()));
    });
    this.#pty.onExit(({ exitCode }) => this.#exit.resolve(exitCode));
    this.#screen.onTitleChange((title) => this.#title = title);
    this.#screen.onData((answer) => this.#pty.write(answer)); // what a terminal says when it is asked something
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Sends keys as a terminal does: `\r` is Enter, `\x03` is Ctrl-C. */
  type(keys: string): void {
    this.#pty.write(keys);
  }

  /** Pastes in brackets, if the program has asked for that. */
  paste(text: string): void {
    if (!this.#screen.modes.bracketedPasteMode) throw new Error("The program does not take bracketed pastes");
    this.type(`\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`);
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Takes the terminal away from what runs in it, as a window does that is closed. */
  hangUp(): void {
    (this.#pty as IPty & { destroy(): void }).destroy(); // its type leaves that out
  }

  /** All that stands on the screen and above it, lines without blanks at their ends; one that the edge broke is one. */
  get text(): string {
    const { active } = this.#screen.buffer;
    let text = "";
    for (let i = 0; i < active.length; i++) {
      const line = active.getLine(i);
      const isBroken = active.getLine(i + 1)?.isWrapped ?? false;
      text += (line?.translateToString(!isBroken) ?? "") + (isBroken ? "" : "\n");
    }
    return text.replaceAll(/ +$/gm, "").trimEnd();
  }

  /** The rows of the screen from its top to its bottom, without blanks at their ends. */
  get screen(): string[] {
    const { active } = this.#screen.buffer;
    return Array.from(
      { length: this.#screen.rows },
      (_, i) => active.getLine(active.baseY + i)?.translateToString().trimEnd() ?? "",
    );
  }

  /** All that the program has written, control sequences included. */
  get written(): string {
    return this.#written;
  }

  get showsCursor(): boolean {
    return this.#written.lastIndexOf("\x1b[?25h") >= this.#written.lastIndexOf("\x1b[?25l");
  }

  /** Where the cursor is, as text: the line up to it. */
  get beforeCursor(): string {
    const { active } = this.#screen.buffer;
    return active.getLine(active.baseY + active.cursorY)?.translateToString(false, 0, active.cursorX) ?? "";
  }

  /** What the program has made the window's title. */
  get title(): string {
    return this.#title;
  }

  get takesPastes(): boolean {
    return this.#screen.modes.bracketedPasteMode;
  }

  /** Resolves with the text as soon as this stands in it, or holds. Fails after a time, showing what there was. */
  async until(wanted: string | RegExp | ((terminal: this) => boolean)): Promise<string> {
    const isThere = (text: string) => {
      if (typeof wanted === "function") return wanted(this);
      return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    };
    const found = Promise.withResolvers<string>();
    const look = () => isThere(this.text) && found.resolve(this.text);
    const timer = setTimeout(
      () => found.reject(new Error(`Waited in vain for ${wanted}. The screen:\n${this.text}\n(end)`)),
      TIMEOUT_MS,
    );
    this.#waiting.add(look);
    look();
    try {
      return await found.promise;
    } finally {
      this.#waiting.delete(look);
      clearTimeout(timer);
    }
  }

  /** The exit code, once the program has ended and all that it said is on the screen. */
  async exit(): Promise<number> {
    const timer = setTimeout(
      () => this.#exit.reject(new Error(`It does not end. The screen:\n${this.text}\n(end)`)),
      TIMEOUT_MS,
    );
    try {
      const code = await this.#exit.promise;
      await new Promise<void>((resolve) => this.#screen.write("", resolve));
      return code;
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill("SIGKILL");
    await this.exit();
    this.#screen.dispose();
  }
}
