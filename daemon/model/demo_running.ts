/** Scripts of the demo model that run programs: a command, the tests, and what goes on in the background. */
import { accountOf, plainly } from "./demo_account.ts";
import { entriesOf, fileText } from "./demo_files.ts";
import { folderOf, NAME, unquote } from "./demo_names.ts";
import type { DemoOrder } from "./demo_request.ts";
import { roundsOf } from "./demo_rounds.ts";
import { call, type DemoCall, type DemoResult, type DemoScript, one } from "./demo_script.ts";
import type { ModelMessage } from "./model.ts";

/** How long the output of a process that has just begun is waited for. */
const OUTPUT_WAIT_MS = 2_000;

const TESTS =
  /^(?:(?:run|execute|start|do)(?:\s+(?:all|the|my|our|its|unit))*\s+tests?(?:\s+suite)?|test\s+(?:it|this|everything|the project)|do the tests pass)[.!?]*$/i;
/** Said of a task rather than of a program: "run the daemon". */
const NO_COMMAND = /^(?:the|a|an|this|that|it|my|your|some|all|tests?)\b/i;

export function runTests({ line, material }: DemoOrder): DemoScript | null {
  return material.trim() === "" && TESTS.test(line) ? chooseAndTest() : null;
}

function* chooseAndTest(): DemoScript {
  const listing = yield* one(call("list_dir", { path: "." }));
  if (listing.ok === false) return accountOf([listing]);
  const { files } = entriesOf(listing.text);
  const telling = files.filter((name) => /^(?:package\.json|deno\.jsonc?|makefile)$/i.test(name));
  const read = telling.length > 0 ? yield telling.map((path) => call("read_file", { path })) : [];
  const command = testCommand(files, read);
  if (command) return accountOf(yield [call("run_command", { command })]);
  return `I found nothing in this folder that says how to run its tests, so I ran nothing. Say \`run: COMMAND\`.`;
}

/** By what the project itself says, from the most certain sign to the least. */
function testCommand(files: readonly string[], read: readonly DemoResult[]): string | null {
  const has = (name: string) => files.includes(name);
  const says = (name: RegExp, sign: RegExp) =>
    read.some(({ args, ok, text }) => ok !== false && name.test(String(args["path"])) && sign.test(fileText(text)));
  if (says(/^package\.json$/, /"scripts"\s*:\s*\{[^]*?"test"\s*:/)) return "npm test";
  if (says(/^deno\.jsonc?$/, /"tasks"\s*:\s*\{[^]*?"test"\s*:/)) return "deno task test";
  if (says(/^makefile$/i, /^test\s*:/m)) return "make test";
  if (has("deno.json") || has("deno.jsonc")) return "deno test";
  if (has("Cargo.toml")) return "cargo test";
  if (has("go.mod")) return "go test ./...";
  if (has("pyproject.toml") || has("pytest.ini")) return "python -m pytest";
  return null;
}

const QUOTED_COMMAND = new RegExp(
  "^(?:run|execute)(?: the command)?:?\\s+`([^`]+)`" +
    `(?:\\s+in\\s+(?:the\\s+)?(?:folder\\s+)?(${NAME}?))??(?:,?\\s+for\\s+at\\s+most\\s+(\\d{1,6})\\s*s(?:econds?)?)?[.!]*$`,
  "i",
);
const BARE_COMMAND = /^(?:run|execute)(?:(?: the command)?\s*:\s*|\s+)([^`\s].*)$/i;

export function runCommand({ line, material }: DemoOrder): DemoScript | null {
  if (material.trim() !== "") return null;
  const quoted = QUOTED_COMMAND.exec(line);
  if (quoted) {
    const [, command, folder, seconds] = quoted;
    return plainly(call("run_command", {
      command,
      ...(folder !== undefined && { cwd: folderOf(folder) }),
      ...(seconds !== undefined && { timeoutMs: Math.max(1, Number(seconds)) * 1_000 }),
    }));
  }
  const bare = BARE_COMMAND.exec(line);
  const isSaid = /^\w+(?: the command)?\s*:/i.test(line);
  if (!bare || (!isSaid && NO_COMMAND.test(bare[1]!))) return null;
  return plainly(call("run_command", { command: bare[1]! }));
}

const START = [
  /^(?:start|run|launch|execute):?\s+(.+?)\s+in (?:the )?background[.!]*$/i,
  /^in (?:the )?background,?\s+(?:start|run|launch|execute):?\s+(.+)$/i,
  /^(?:start|launch):?\s+(`[^`]+`)[.!]*$/i,
];

export function startInBackground({ line, material }: DemoOrder): DemoScript | null {
  if (material.trim() !== "") return null;
  const command = START.map((pattern) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
  if (command === undefined || NO_COMMAND.test(command)) return null;
  return plainly(call("bg_start", { command: unquote(command) }));
}

const PROCESS = "(?:the )?(?:background )?(?:process|command|server|job)";
const OUTPUT = new RegExp(
  `^(?:show|see|read|get|print|what(?:'s| is))(?: me)? (?:(its|their) output|(?:the )?(?:background )?output(?: of (?:(it)|${PROCESS}))?)[.?!]*$`,
  "i",
);
const STATUS = new RegExp(
  `^(?:is (it|${PROCESS}) (?:still )?running|(?:show|list|what(?:'s| is| are))(?: me)? (?:the )?background (?:process(?:es)?|jobs)|what(?:'s| is) running(?: in the background)?)[.?!]*$`,
  "i",
);
const STOP = new RegExp(`^(?:stop|kill|end|terminate) (?:(it|that)|${PROCESS})[.!]*$`, "i");

/** A pronoun means a process only where one was started in this session. */
export function tendBackground({ line, material }: DemoOrder, past: readonly ModelMessage[]): DemoScript | null {
  if (material.trim() !== "") return null;
  const known = lastStarted(past);
  const output = OUTPUT.exec(line);
  if (output && (known || !(output[1] ?? output[2]))) {
    return withProcess(known, (processId) => call("bg_output", { processId, waitMs: OUTPUT_WAIT_MS }));
  }
  const status = STATUS.exec(line);
  if (status && (known || status[1]?.toLowerCase() !== "it")) return plainly(call("bg_status"));
  const stop = STOP.exec(line);
  return stop && (known || !stop[1]) ? withProcess(known, (processId) => call("bg_kill", { processId })) : null;
}

/** Asks which processes there are when it does not know any. */
function* withProcess(known: string | null, act: (processId: string) => DemoCall): DemoScript {
  if (known !== null) return accountOf(yield [act(known)]);
  const status = yield* one(call("bg_status"));
  const found = [...status.text.matchAll(/^(bg_\S+) .*?: running\b/gm)].at(-1)?.[1];
  return accountOf(found === undefined ? [status] : yield [act(found)]);
}

/** The process that this session started last, as `bg_start` has called it. */
function lastStarted(past: readonly ModelMessage[]): string | null {
  const started = roundsOf(past).flat().findLast(({ tool, ok }) => tool === "bg_start" && ok !== false);
  return /\bbg_[\w-]+/.exec(started?.text ?? "")?.[0] ?? null;
}
