/** What `opta chat` does: chats in a terminal, or runs what a pipe brings. */
import { join } from "node:path";
import { systemClock } from "@opta/protocol/client";
import { colorsFor } from "../colors.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note } from "../output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { DANGER, type TurnFlags } from "../turn_flags.ts";
import { setUpChat } from "./chat_setup.ts";
import { appendHistory, loadHistory } from "./history_file.ts";
import { runBatch } from "./run_batch.ts";

const HISTORY_FILE = "chat_history.jsonl";

export async function runChat(flags: TurnFlags): Promise<ExitCode> {
  const env = Deno.env.toObject();
  const canEdit = Deno.stdin.isTerminal() && Deno.stdout.isTerminal() && env.TERM !== "dumb";
  if (!canEdit) return await runBatch(flags, env);
  if (flags.format === "json") {
    throw new CliError(
      `--format json is for prompts from a pipe: echo "count to 3" | opta chat -f json`,
      ExitCode.usage,
    );
  }
  return await chatInTerminal(flags, env);
}

async function chatInTerminal(flags: TurnFlags, env: Env): Promise<ExitCode> {
  const { RawTerminal } = await import("./raw_terminal.ts");
  const { Screen } = await import("./screen.ts");
  const { TerminalChat } = await import("./terminal_chat.ts");
  const colors = colorsFor(true, env);
  const stop = new AbortController();
  let say = note;
  const setup = await setUpChat(flags, {
    env,
    isAttended: true,
    onFailure: (message) => say(message),
    signal: stop.signal,
  });
  const historyFile = join(resolvePaths(env).home, HISTORY_FILE);
  const history = await loadHistory(historyFile).catch((error) => {
    note(`the history of messages is not used: ${error.message}`);
    return [];
  });
  using terminal = new RawTerminal();
  const chat = new TerminalChat({
    setup,
    screen: new Screen(terminal, colors),
    colors,
    history,
    keep: (entered) => void appendHistory(historyFile, entered).catch(() => {}), // the chat matters more
    suspend: () => terminal.suspend(),
    now: () => performance.now(),
    clock: systemClock,
  });
  say = (message) => chat.complain(message);
  if (setup.overrides.dangerous) chat.complain(DANGER);
  using _signals = onSignals({
    SIGINT: () => chat.interrupt(),
    SIGTERM: () => chat.leave(),
    SIGHUP: () => chat.leave(),
    SIGWINCH: () => chat.redraw(),
  });
  return await chat.run(terminal.keys());
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
