/**
 * A chat without a terminal: the messages of standard input run one after another, their answers go to standard output,
 * and everything else to standard error.
 */
import type { TurnMode } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import type { Question } from "@opta/view/question_again";
import { colorsFor } from "../output/colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note, OutputClosed, writeErr, writeOut } from "../output/output.ts";
import { isWithoutDaemon } from "../program/no_daemon.ts";
import type { Env } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import type { TurnFlags } from "../program/turn_flags.ts";
import { runCommand, type Shown } from "./chat_commands.ts";
import { attach, type ChatSetup, setUpChat } from "./chat_setup.ts";
import { startAnnouncer } from "./demo_notice.ts";
import { Interrupts } from "./interrupts.ts";
import { printTurn } from "./print_turn.ts";
import { readMessages } from "./read_messages.ts";
import { Remarks } from "./remarks.ts";
import { type CommandName, describeUnknown, readEntry } from "./slash_command.ts";
import { documentOf, exitCodeOf, problemOf } from "./turn_outcome.ts";
import { watchConnection } from "./watch_connection.ts";

/** Milliseconds after Ctrl-C for the daemon to say that the turn has ended. */
const CANCEL_WAIT_MS = 2_000;

/** @returns done, or the exit code of the first message that did not end well */
export async function runBatch(flags: TurnFlags, env: Env): Promise<ExitCode> {
  using interrupts = new Interrupts(CANCEL_WAIT_MS, isWithoutDaemon(flags, env));
  const { cancel } = interrupts;
  const remarks = Remarks.onStderr(flags, env);
  const onFailure = (message: string) => interrupts.giveUp(new CliError(message, ExitCode.daemonUnreachable));
  const setup = await setUpChat(flags, { env, isAttended: false, onFailure, signal: cancel });
  await using _revival = setup.revival;
  await using batch = new Batch({ setup, flags, interrupts, remarks });
  await batch.open(setup.sessionId);
  const input = Deno.stdin.readable.pipeThrough(new TransformStream<Uint8Array, Uint8Array>(), { signal: cancel });
  for await (const text of readMessages(input)) {
    if (await batch.enter(text) === "leave") break;
  }
  return batch.exitCode;
}

interface BatchOptions {
  setup: ChatSetup;
  flags: TurnFlags;
  interrupts: Interrupts;
  remarks: Remarks;
}

class Batch implements AsyncDisposable {
  readonly #options: BatchOptions;
  readonly #list: Shown = { ids: [], models: [] };
  readonly #announce: ReturnType<typeof startAnnouncer>;
  #session: Session | null = null;
  #exitCode: ExitCode = ExitCode.done;
  #mode: TurnMode;

  constructor(options: BatchOptions) {
    const { flags: { verbose: isVerbose = false, provider }, remarks } = options;
    this.#options = options;
    this.#mode = options.setup.mode;
    this.#announce = startAnnouncer({ isVerbose, provider, remark: (text) => remarks.remark(text) });
  }

  get exitCode(): ExitCode {
    return this.#exitCode;
  }

  async open(sessionId: string): Promise<void> {
    const { setup, remarks } = this.#options;
    await this.#session?.close();
    this.#session = attach(setup, sessionId, "script");
    watchConnection(this.#session, setup.revival, (text) => remarks.remark(text));
    remarks.remark(`session ${sessionId}`);
  }

  async enter(text: string): Promise<"go on" | "leave"> {
    const entry = readEntry(text);
    switch (entry.kind) {
      case "nothing":
        break;
      case "message": {
        const { overrides } = this.#options.setup;
        await this.#ask({ content: entry.content, mode: this.#mode, overrides });
        break;
      }
      case "command":
        if (entry.name === "exit") return "leave";
        await this.#command(entry.name, entry.argument);
        break;
      case "unknown":
        this.#fail(ExitCode.usage, describeUnknown(entry));
        break;
      default:
        entry satisfies never;
    }
    return "go on";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session?.close();
  }

  async #ask({ content, mode, overrides }: Question): Promise<void> {
    if (!this.#session) return;
    const { setup, flags, interrupts: { cancel, leave: signal }, remarks } = this.#options;
    const isJson = flags.format === "json";
    const options = {
      mode,
      overrides,
      cancel,
      signal,
      isPrinted: !isJson,
      onStart: this.#announce,
      remarks,
      env: setup.env,
    };
    const turn = await printTurn(this.#session, content, options);
    if (isJson) writeOut(`${JSON.stringify(documentOf(this.#session.state.sessionId, turn))}\n`);
    const problem = problemOf(turn);
    if (problem !== null) this.#fail(exitCodeOf(turn), problem);
  }

  async #command(name: Exclude<CommandName, "exit">, argument: string): Promise<void> {
    if (!this.#session) return;
    const { interrupts: { cancel, leave } } = this.#options;
    try {
      await runCommand(name, argument, {
        api: this.#options.setup.api,
        session: this.#session,
        asker: this.#options.setup,
        list: this.#list,
        say: (text) => writeErr(`${text}\n`),
        colors: colorsFor(Deno.stderr.isTerminal(), this.#options.setup.env),
        open: (sessionId) => this.open(sessionId),
        ask: (question) => this.#ask(question),
        mode: this.#mode,
        setMode: (mode) => this.#mode = mode,
        signal: cancel,
      });
    } catch (error) {
      if (cancel.aborted || leave.aborted || error instanceof OutputClosed) throw error; // nobody is left to go on for
      this.#fail(ExitCode.failed, sanitizeLine(error instanceof Error ? error.message : String(error)));
    }
  }

  /** Says what went wrong; the messages that follow still run. */
  #fail(code: ExitCode, message: string): void {
    note(message);
    if (this.#exitCode === ExitCode.done) this.#exitCode = code;
  }
}
