/** The orders that the demo model follows with tools: each has a script, and several may follow one another. */
import { createFile, deleteFiles, editFiles } from "./demo_changing.ts";
import { explore, findFiles, listFiles, readFiles, searchFiles } from "./demo_reading.ts";
import { type DemoOrder, orderOf } from "./demo_request.ts";
import { runCommand, runTests, startInBackground, tendBackground } from "./demo_running.ts";
import { type DemoScript, inOrder } from "./demo_script.ts";
import { askPerson, fetchPage, keepList } from "./demo_talking.ts";
import type { ModelMessage } from "./model.ts";

/** The script for one kind of order, or `null` when it is of another kind. `past` is the conversation before it. */
type Follow = (order: DemoOrder, past: readonly ModelMessage[]) => DemoScript | null;

/** From the most specific to the least: "read https://…" is no file, "run the tests" no command. */
const ways: readonly Follow[] = [
  fetchPage,
  askPerson,
  keepList,
  tendBackground,
  startInBackground,
  runTests,
  runCommand,
  explore,
  listFiles,
  findFiles,
  searchFiles,
  editFiles,
  createFile,
  deleteFiles,
  readFiles,
];

/** Where one order ends and the next one begins. */
const THEN = /[,;.]?\s+(?:and\s+)?then\s+|,?\s+and\s+(?=run\b)/gi;
/** A command without quotes goes to the end of its line, whatever it says. */
const UNQUOTED_COMMAND = /^(?:run|execute)(?: the command)?\s*:/i;
const MAX_ORDERS = 5;

/** The script for a message, or `null` when it is no order. */
export function scriptFor(content: string, past: readonly ModelMessage[]): DemoScript | null {
  const order = orderOf(content);
  if (!order) return null;
  const lines = order.material === "" ? partsOf(order.line) : [];
  if (lines.length > 1 && lines.length <= MAX_ORDERS) {
    const scripts = lines.map((line) => follow({ line, material: "" }, past));
    if (scripts.every((script) => script !== null)) return inOrder(scripts);
  }
  return follow(order, past);
}

/** The orders in a line; what stands in quotes is never cut. */
function partsOf(line: string): string[] {
  if (UNQUOTED_COMMAND.test(line)) return [line];
  const parts: string[] = [];
  let begin = 0;
  for (const { 0: word, index } of line.matchAll(THEN)) {
    const before = line.slice(0, index);
    if (['"', "`"].some((mark) => before.split(mark).length % 2 === 0)) continue;
    parts.push(line.slice(begin, index));
    begin = index + word.length;
  }
  return [...parts, line.slice(begin)];
}

function follow(order: DemoOrder, past: readonly ModelMessage[]): DemoScript | null {
  for (const way of ways) {
    const script = way(order, past);
    if (script) return script;
  }
  return null;
}
