/** Looks for a pattern in the files of a workspace. What ripgrep only speeds up is decided here: the answer is the same. */
import { relative, sep } from "node:path";
import { isDenied, locate, type Place, shownPath } from "../host/locate.ts";
import { assertPlainFile, readBytes } from "../host/read_bytes.ts";
import { Refusal } from "../host/refusal.ts";
import { decodeText } from "../host/text_encoding.ts";
import { MAX_TEXT_LENGTH } from "../limits.ts";
import type { OperationArgs, OperationResult } from "../operations.ts";
import type { Scope } from "../scope.ts";
import { IgnoreTree } from "./ignore_tree.ts";
import { compilePathGlob, namesHidden, type PathGlob } from "./path_glob.ts";
import { canRunRipgrep, ripgrepFiles } from "./ripgrep.ts";
import { type Scan, scanLines } from "./scan_lines.ts";
import { compilePattern, type SearchPattern } from "./search_pattern.ts";
import { byPath, isWalked, type Walk, walk, type WalkOptions } from "./walk.ts";

type Args = OperationArgs<"searchFiles">;

/** Files that are read at the same time. */
const BATCH = 16;

export async function searchFiles(
  scope: Scope,
  args: Args,
  signal: AbortSignal,
): Promise<OperationResult<"searchFiles">> {
  const until = performance.now() + args.limitMs;
  const start = await locate(scope, args.path);
  if (!start.info) throw new Refusal(`There is no file or folder ${start.shown}`);
  const pattern = compilePattern(args.pattern, args);
  const glob = args.glob === null ? null : compilePathGlob(args.glob);
  const { files, isPartial } = start.info.isDirectory
    ? await filesBelow(scope, start, pattern, glob, args, signal)
    : alone(start);
  const findings = new Findings(args.limit);
  for await (const batch of batchesOf(files)) {
    signal.throwIfAborted();
    const texts = await Promise.all(batch.map((file) => readText(scope, file)));
    for (const [i, text] of texts.entries()) {
      if (performance.now() > until) return findings.result("the time for one search was over");
      if (text === null || findings.isFull) continue;
      findings.add(
        shownPath(scope, batch[i] ?? ""),
        scanLines(text, pattern.expression, args.contextLines, findings.left),
      );
    }
    if (findings.isFull) return findings.result("there may be more matches");
  }
  return findings.result(isPartial() ? "not all folders were looked at" : null);
}

function alone(place: Place): Walk {
  assertPlainFile(place);
  return { files: filtered([place.real], () => true), isPartial: () => false };
}

/** Those that may match, in the order of their paths. */
async function filesBelow(
  scope: Scope,
  { real }: Place,
  pattern: SearchPattern,
  glob: PathGlob | null,
  { includeIgnored, glob: source }: Args,
  signal: AbortSignal,
): Promise<Walk> {
  const includeHidden = includeIgnored || (source !== null && namesHidden(source));
  const options: WalkOptions = { includeHidden, includeIgnored, ignored: new IgnoreTree(scope, real), signal };
  const isMeant = (file: string) => !glob || glob(relative(real, file).split(sep));
  const found = canRunRipgrep() ? await ripgrepFiles(real, pattern, options) : null;
  if (!found) {
    const { files, isPartial } = walk(scope, real, options);
    return { files: filtered(files, isMeant), isPartial };
  }
  const isWanted = (file: string) => isMeant(file) && isWalked(scope, real, file, options);
  return { files: filtered(found.sort(byPath), isWanted), isPartial: () => false };
}

async function* filtered(
  files: Iterable<string> | AsyncIterable<string>,
  isWanted: (file: string) => boolean | Promise<boolean>,
): AsyncGenerator<string, void> {
  for await (const file of files) if (await isWanted(file)) yield file;
}

/** `null` for what is no text, or no plain file inside any more. */
async function readText(scope: Scope, real: string): Promise<string | null> {
  if (isDenied(scope, real)) return null;
  try {
    const info = await Deno.lstat(real);
    if (!info.isFile) return null;
    return decodeText(await readBytes(scope, { real, shown: real, info }))?.text ?? null;
  } catch (error) {
    if (error instanceof Refusal || (error instanceof Error && error.name in Deno.errors)) return null;
    throw error;
  }
}

async function* batchesOf(files: AsyncIterable<string>): AsyncGenerator<string[], void> {
  let batch: string[] = [];
  for await (const file of files) {
    batch.push(file);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

class Findings {
  readonly #limit: number;
  readonly #parts: string[] = [];
  #length = 0;
  #count = 0;
  #files = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get left(): number {
    return this.#limit - this.#count;
  }

  get isFull(): boolean {
    return this.left <= 0 || this.#length > MAX_TEXT_LENGTH;
  }

  add(shown: string, { count, lines }: Scan): void {
    if (count === 0) return;
    const part = [shown, ...lines.map((line) => (line === "--" ? line : `  ${line}`))].join("\n");
    this.#parts.push(part);
    this.#length += part.length + 2;
    this.#count += count;
    this.#files++;
  }

  /** @param gap why there may be more; `null`: this is all */
  result(gap: string | null): OperationResult<"searchFiles"> {
    const count = this.#count === 0
      ? "No matches"
      : `${this.#count} matching ${this.#count === 1 ? "line" : "lines"} in ${this.#files} ${
        this.#files === 1 ? "file" : "files"
      }`;
    const hint = gap === null ? count : `${count}; ${gap}: narrow the pattern, the path or the glob`;
    const body = this.#parts.join("\n\n").slice(0, MAX_TEXT_LENGTH);
    return { text: body === "" ? `[${hint}]` : `${body}\n\n[${hint}]`, truncated: gap !== null };
  }
}
