/** What `opta chat` does: chats in a terminal, or runs what a pipe brings. */
import { join } from "node:path";
import { systemClock } from "@opta/protocol/client";
import { colorsFor } from "../output/colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note, writeOut } from "../output/output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { type ChatFlags, DANGER } from "../program/turn_flags.ts";
import { type ChatSetup, setUpChat } from "./chat_setup.ts";
import { appendHistory, loadHistory } from "./history_file.ts";
import type { Key } from "./keys.ts";
import type { RawTerminal } from "./raw_terminal.ts";
import { runBatch } from "./run_batch.ts";
import type { TerminalChat, TerminalChatOptions } from "./terminal_chat.ts";

const HISTORY_FILE = "chat_history.jsonl";

export async function runChat(flags: ChatFlags): Promise<ExitCode> {
  const env = Deno.env.toObject();
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (!isTerminal || (env.TERM === "dumb" && !flags.plain)) return await runBatch(flags, env);
  if (flags.format === "json") {
    throw new CliError(
      `--format json is for prompts from a pipe: echo "count to 3" | opta chat -f json`,
      ExitCode.usage,
    );
  }
  const isPlain = flags.plain || env.INK_SCREEN_READER === "true";
  const stop = new AbortController();
  let say = note;
  const setup = await setUpChat(flags, {
    env,
    isAttended: true,
    ...(isPlain && { isPlain }),
    onFailure: (message) => say(message),
    signal: stop.signal,
  });
  await using _revival = setup.revival;
  const kept = await openHistory(env);
  const onStart = (chat: TerminalChat) => say = (message) => chat.complain(message);
  if (isPlain) return await chatPlainly({ setup, env, ...kept, onStart });
  const { RawTerminal } = await import("./raw_terminal.ts");
  using terminal = new RawTerminal();
  return await chatOn({ setup, env, terminal, keys: terminal.keys(), ...kept, onStart });
}

/** The messages of earlier chats, and where those of this one are kept. */
export async function openHistory(env: Env): Promise<{ history: string[]; keep(entered: string): void }> {
  const file = join(resolvePaths(env).home, HISTORY_FILE);
  const history = await loadHistory(file).catch((error) => {
    note(`the history of messages is not used: ${error.message}`);
    return [];
  });
  return { history, keep: (entered) => void appendHistory(file, entered).catch(() => {}) }; // the chat matters more
}

export interface LineModeOptions {
  setup: ChatSetup;
  env: Env;
  /** Earlier messages, oldest first. */
  history: readonly string[];
  keep(entered: string): void;
  /** The chat is there, and can say things. */
  onStart?(chat: TerminalChat): void;
}

/** Chats in line mode on a terminal that is in raw mode. */
export async function chatOn(
  { terminal, keys, ...options }: LineModeOptions & { terminal: RawTerminal; keys: AsyncIterable<Key[]> },
): Promise<ExitCode> {
  const { Screen } = await import("./screen.ts");
  const colors = colorsFor(true, options.env);
  return await run({ ...options, screen: new Screen(terminal, colors), suspend: () => terminal.suspend() }, keys);
}

/** Chats on a terminal that edits the lines itself. */
async function chatPlainly(options: LineModeOptions): Promise<ExitCode> {
  const { keysOfLines, PlainScreen } = await import("./plain_screen.ts");
  const { terminalSize } = await import("./terminal_size.ts");
  const { paintMark } = await import("./transcript.ts");
  const mark = paintMark(colorsFor(true, options.env));
  const screen = new PlainScreen({ clock: systemClock, write: writeOut, columns: () => terminalSize().columns, mark });
  const keys = keysOfLines(Deno.stdin.readable, () => screen.endLine());
  return await run({ ...options, screen, suspend() {} }, keys); // Ctrl-Z is the terminal's
}

async function run(
  { onStart, ...options }: LineModeOptions & Pick<TerminalChatOptions, "screen" | "suspend">,
  keys: AsyncIterable<Key[]>,
): Promise<ExitCode> {
  const { TerminalChat } = await import("./terminal_chat.ts");
  const { env, setup } = options;
  const chat = new TerminalChat({
    ...options,
    colors: colorsFor(true, env),
    now: () => performance.now(),
    clock: systemClock,
  });
  onStart?.(chat);
  if (setup.overrides.dangerous) chat.complain(DANGER);
  using _signals = onSignals({
    SIGINT: () => chat.interrupt(),
    SIGTERM: () => chat.leave(),
    SIGHUP: () => chat.leave(),
    SIGWINCH: () => chat.redraw(),
  });
  return await chat.run(keys);
}

function onSignals(listeners: Partial<Record<Deno.Signal, () => void>>): Disposable {
  const known = (Object.entries(listeners) as [Deno.Signal, () => void][]) // the type says which keys there are
    .filter(([signal]) => Deno.build.os !== "windows" || signal === "SIGINT");
  for (const [signal, listener] of known) Deno.addSignalListener(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of known) Deno.removeSignalListener(signal, listener);
    },
  };
}
