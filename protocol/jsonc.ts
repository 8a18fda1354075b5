/**
 * Reads JSON as people write it: with comments and trailing commas. Plain JSON, which most files are, needs no package for
 * that. How such a file is changed is the command line's business (`cli/json/edit_json.ts`).
 */

export type Jsonc =
  | { ok: true; value: unknown }
  /** `problem` is a clause, such as `a comma is missing`; lines and columns are counted from one. */
  | { ok: false; problem: string; line: number; column: number };

/** Folders and settings are a few levels deep; more would only be there to exhaust the stack of whoever reads it. */
const MAX_DEPTH = 200;

/** Never rejects for what the text holds. */
export async function parseJsonc(source: string): Promise<Jsonc> {
  const text = source.replace(/^\uFEFF/, ""); // some editors of Windows write one
  const at = (offset: number) => positionOf(text, offset);
  const deep = depthExceededAt(text);
  if (deep !== null) return { ok: false, problem: "it is nested too deeply", ...at(deep) };
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    // It has comments, or it is broken: the other parser tells.
  }
  const { parseTree, printParseErrorCode, visit } = await import("jsonc-parser");
  let first: { error: number; offset: number } | null = null;
  visit(text, { onError: (error, offset) => first ??= { error, offset } }, OPTIONS);
  const failure = first as { error: number; offset: number } | null; // assigned in the callback
  if (failure) return { ok: false, problem: problemOf(printParseErrorCode(failure.error)), ...at(failure.offset) };
  const root = parseTree(text, [], OPTIONS);
  return root
    ? { ok: true, value: valueOf(root) }
    : { ok: false, problem: problems.ValueExpected!, ...at(text.length) };
}

const OPTIONS = { allowTrailingComma: true, allowEmptyContent: false };

/** The part of the parser's node that is needed. */
interface Node {
  type: string;
  value?: unknown;
  children?: Node[];
}

/** Objects are made from entries, so that a key called `__proto__` is a key like any other. */
function valueOf({ type, value, children = [] }: Node): unknown {
  if (type === "array") return children.map(valueOf);
  if (type !== "object") return value;
  return Object.fromEntries(children.map(({ children: [key, held] = [] }) => [key?.value, held && valueOf(held)]));
}

/** Brackets, and what may hold some that are none: texts and comments, also without their ends, as the other parser takes them. */
const TOKENS = /"(?:[^"\\\r\n]|\\[^])*"?|\/\/[^\r\n]*|\/\*[^]*?(?:\*\/|$)|[{}[\]]/g;

/** Where the text goes deeper than it may. A bracket that closes none of its kind closes nothing: the other parser goes on, too. */
function depthExceededAt(text: string): number | null {
  const closing: string[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (token === "{") closing.push("}");
    else if (token === "[") closing.push("]");
    else if (token === closing.at(-1)) closing.pop();
    if (closing.length > MAX_DEPTH) return index;
  }
  return null;
}

function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

const problems: Readonly<Record<string, string>> = {
  PropertyNameExpected: "the name of a key, in double quotes, is missing",
  ValueExpected: "a value is missing",
  ColonExpected: "a colon is missing",
  CommaExpected: "a comma is missing",
  CloseBraceExpected: "a closing brace is missing",
  CloseBracketExpected: "a closing bracket is missing",
  EndOfFileExpected: "something stands behind the end",
  UnexpectedEndOfComment: "a comment does not end",
  UnexpectedEndOfString: "a text does not end",
};

function problemOf(code: string): string {
  return problems[code] ?? `it is no JSON (${code.replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase()})`;
}
