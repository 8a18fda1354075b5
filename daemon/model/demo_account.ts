/** How the demo model speaks of its calls: what it is about to do, and what came of it, never more than the result says. */
import { clip } from "./demo_request.ts";
import type { DemoCall, DemoResult, DemoScript } from "./demo_script.ts";

/** Most of a result that is shown again: the client shows all of it with the call. */
const MAX_SHOWN_LENGTH = 2_000;
const MAX_SHOWN_LINES = 40;

interface Wording {
  /** As in "let me …" and "I …". */
  verb: readonly [now: string, then: string];
  object(args: Record<string, unknown>): string;
}

const code = (value: unknown) => `\`${String(value).replaceAll("`", "'")}\``;
const theProcess = () => "the background process";

const wordings: Readonly<Record<string, Wording>> = {
  read_file: { verb: ["read", "read"], object: ({ path }) => code(path) },
  list_dir: {
    verb: ["list", "listed"],
    object: ({ path }) => path === "." ? "the folder" : `the folder ${code(path)}`,
  },
  find_files: { verb: ["look for", "looked for"], object: ({ pattern }) => `files like ${code(pattern)}` },
  search_files: { verb: ["search", "searched"], object: ({ pattern }) => `the files for ${code(pattern)}` },
  write_file: { verb: ["write", "wrote"], object: ({ path }) => code(path) },
  edit_file: { verb: ["edit", "edited"], object: ({ path }) => code(path) },
  multi_edit: { verb: ["edit", "edited"], object: ({ files }) => joined(pathsIn(files).map(code)) },
  delete_file: { verb: ["delete", "deleted"], object: ({ path }) => code(path) },
  run_command: { verb: ["run", "ran"], object: ({ command }) => code(command) },
  bg_start: { verb: ["start", "started"], object: ({ command }) => `${code(command)} in the background` },
  bg_status: { verb: ["look at", "looked at"], object: () => "the background processes" },
  bg_output: { verb: ["read", "read"], object: () => `the output of ${theProcess()}` },
  bg_kill: { verb: ["end", "ended"], object: theProcess },
  web_fetch: { verb: ["fetch", "fetched"], object: ({ url }) => String(url) },
  ask_user: { verb: ["ask", "asked"], object: () => "you" },
  todo: { verb: ["write down", "wrote down"], object: () => "the list" },
};

/** "read `a.ts` and list the folder". */
export function intentOf(calls: readonly DemoCall[]): string {
  return joined(calls.map((call) => {
    const { verb: [now], object } = wordingOf(call);
    return `${now} ${object(call.args)}`;
  }));
}

/** What came of each call, with its result. */
export function accountOf(results: readonly DemoResult[]): string {
  return results.map((result) => `${sentenceOf(result)}\n\n${block(result.text)}`).join("\n\n");
}

/** The script that makes these calls and says what came of them. */
export function* plainly(...calls: DemoCall[]): DemoScript {
  return accountOf(yield calls);
}

function sentenceOf(result: DemoResult): string {
  const { verb: [now, then], object } = wordingOf(result);
  const what = object(result.args);
  if (result.ok === undefined) return `I asked to ${now} ${what}. What came back:`;
  return result.ok ? `I ${then} ${what}:` : `I tried to ${now} ${what}, without success:`;
}

/** A text as it is, in a fence that nothing in it can close. */
export function block(text: string): string {
  const lines = text.trimEnd().split("\n");
  const shown = clip(lines.slice(0, MAX_SHOWN_LINES).join("\n"), MAX_SHOWN_LENGTH);
  const left = lines.length > MAX_SHOWN_LINES || shown.endsWith("…") ? "\n\n(This is only the beginning.)" : "";
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${shown}\n${fence}${left}`;
}

/** "a, b and c". */
export function joined(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

function wordingOf({ tool }: DemoCall): Wording {
  return (Object.hasOwn(wordings, tool) ? wordings[tool] : undefined) ??
    { verb: ["call", "called"], object: () => code(tool) };
}

function pathsIn(files: unknown): string[] {
  return Array.isArray(files) ? files.flatMap((file) => typeof file?.path === "string" ? [file.path] : []) : [];
}
