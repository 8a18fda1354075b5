/** What `opta tui` does: draws in a terminal that can be drawn in, and goes on in line mode where that is not to be had. */
import { systemClock } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import process from "node:process";
import { type ChatSetup, setUpChat } from "../chat/chat_setup.ts";
import type { Key } from "../chat/keys.ts";
import { chatOn, openHistory, runChat } from "../chat/run_chat.ts";
import { terminalSize } from "../chat/terminal_size.ts";
import { loadConfig } from "../config/config.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note } from "../output/output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { type ChatFlags, DANGER } from "../program/turn_flags.ts";
import { chooseTheme } from "./choose_theme.ts";
import { captureConsole } from "./console_capture.ts";
import { DraftFiles } from "./draft_files.ts";
import { pageText } from "./page_text.ts";
import { panesOf } from "./panes.ts";
import { type Theme, themeOf } from "./theme.ts";
import type { Tui } from "./tui.ts";
import { TuiFailure } from "./tui_options.ts";
import { TuiTerminal } from "./tui_terminal.ts";

/** @param makePanes what stands below the transcript */
export async function runTui(flags: ChatFlags, makePanes = panesOf): Promise<ExitCode> {
  const env = Deno.env.toObject();
  if (flags.plain || env.INK_SCREEN_READER === "true") return await runChat({ ...flags, plain: true });
  const obstacle = obstacleOf(env);
  if (obstacle !== null) {
    note(`${obstacle}: going on in line mode, as opta chat does`);
    return await runChat({ ...flags, ...(env.TERM === "dumb" && { plain: true as const }) });
  }
  if (flags.format === "json") {
    throw new CliError(
      `--format json is for prompts from a pipe: echo "count to 3" | opta chat -f json`,
      ExitCode.usage,
    );
  }
  return await runInTerminal(flags, env, makePanes);
}

/** Why the screen cannot be drawn on; `null` when it can. */
function obstacleOf({ TERM }: Env): string | null {
  if (!Deno.stdin.isTerminal()) return "Standard input is not a terminal";
  if (!Deno.stdout.isTerminal()) return "Standard output is not a terminal";
  return TERM === "dumb" ? "This terminal is a dumb one (TERM)" : null;
}

async function runInTerminal(flags: ChatFlags, env: Env, makePanes: typeof panesOf): Promise<ExitCode> {
  // Read by React when it is loaded, which is why it is loaded here: its other build takes twice the time.
  Deno.env.set("NODE_ENV", "production");
  const { Tui } = await import("./tui.ts");
  const config = await loadConfig(resolvePaths(env), env);
  const stop = new AbortController();
  let complain = note;
  const setup = await setUpChat(flags, {
    env,
    isAttended: true,
    onFailure: (message) => complain(message),
    signal: stop.signal,
  });
  await using _revival = setup.revival;
  const { history, keep } = await openHistory(env);
  let shown: Tui | null = null;
  using terminal = new TuiTerminal({
    takeScreenAway: () => shown?.takeScreenAway(),
    onGone: () => shown?.leave(),
  });
  const keys = ReadableStream.from(terminal.raw.keys());
  const now = () => performance.now();
  const tui = new Tui({
    ...{ setup, history, keep, now },
    panes: makePanes(env, now),
    theme: new Value<Theme>(themeOf(chooseTheme(config["tui.theme"], env))),
    drafts: new DraftFiles(resolvePaths(env).home),
    page: (lines) => pageText(lines, env),
    clock: systemClock,
    write: (text) => terminal.write(text),
    size: terminalSize,
    setTitle: (text) => terminal.title = text,
    giveAway: () => terminal.raw.giveAway(),
    take: () => terminal.take(),
    suspend: () => terminal.suspend(),
  });
  shown = tui;
  complain = (message) => tui.failConnection(message);
  try {
    using _console = captureConsole((text) => tui.say(text));
    using _signals = onSignals(tui, terminal);
    if (setup.overrides.dangerous) tui.complain(DANGER);
    return await tui.run(keys);
  } catch (error) {
    if (!(error instanceof TuiFailure)) throw error;
    complain = note;
    return await goOnInLineMode(error, { setup, keys, terminal, env });
  } finally {
    stop.abort();
  }
}

interface Rest {
  setup: ChatSetup;
  keys: AsyncIterable<Key[]>;
  terminal: TuiTerminal;
  env: Env;
}

/** The session is as it was, so whoever chats need not stop. */
async function goOnInLineMode(failure: TuiFailure, rest: Rest) {
  const { setup, keys, terminal: { raw: terminal }, env } = rest;
  note(`The terminal UI has failed: ${failure.message}. Going on in line mode`);
  const { history, keep } = await openHistory(env);
  return await chatOn({ setup: { ...setup, sessionId: failure.sessionId }, terminal, keys, history, keep, env });
}

/**
 * Listens as Node does: Ink's own listeners end the program by themselves where nobody else listens in that way.
 */
function onSignals(tui: Tui, terminal: TuiTerminal): Disposable {
  const leave = () => tui.leave();
  const listeners: Partial<Record<NodeJS.Signals, () => void>> = {
    SIGINT: () => tui.isAway || tui.interrupt(), // one in an editor outside reaches the whole group
    SIGTERM: leave,
    SIGHUP: leave,
    SIGQUIT: leave,
    SIGWINCH: () => tui.resize(),
    SIGCONT: () => {
      if (tui.isAway) return;
      terminal.take(); // whoever stopped this program may have changed the terminal
      tui.redraw();
    },
  };
  const all = (Object.entries(listeners) as [NodeJS.Signals, () => void][]) // the type says which keys there are
    .filter(([signal]) => Deno.build.os !== "windows" || signal === "SIGINT");
  for (const [signal, listener] of all) process.on(signal, listener);
  return {
    [Symbol.dispose]() {
      for (const [signal, listener] of all) process.off(signal, listener);
    },
  };
}
