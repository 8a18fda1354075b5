/**
 * The client library as JavaScript and declarations, module by module, made by TypeScript's own compiler. It is checked
 * against what Node 20 and today's browsers have, so that nothing slips in that only Deno has.
 */
import ts from "typescript";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  // `Symbol.asyncDispose` is the one thing of later years: Node 20 has it, and elsewhere `close()` does the same.
  lib: [
    "lib.es2023.d.ts",
    "lib.dom.d.ts",
    "lib.dom.iterable.d.ts",
    "lib.dom.asynciterable.d.ts",
    "lib.esnext.disposable.d.ts",
  ],
  types: [],
  strict: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  allowImportingTsExtensions: true,
  rewriteRelativeImportExtensions: true,
  declaration: true,
  skipLibCheck: true,
  rootDir: ROOT,
};

/**
 * Compiles these modules and all that they import into a folder, with the paths that they have below the root.
 *
 * @param packages versions of the packages that they import, by name
 * @throws {Error} a module does not hold to what the package promises
 */
export async function compile(
  entries: readonly string[],
  packages: Record<string, string>,
  out: string,
): Promise<void> {
  const paths = Object.fromEntries(
    Object.entries(packages).map(([name, version]) => [name, [folderOf(name, version)]]),
  );
  const program = ts.createProgram(entries.map((entry) => join(ROOT, entry)), { ...options, paths });
  const faults = program.getSourceFiles().filter((file) => isPlatformNeutral(file.fileName))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]);
  if (faults.length > 0) throw new Error(`The client library cannot be packed:\n${describe(faults)}`);
  const files: [path: string, text: string][] = [];
  const { diagnostics } = program.emit(undefined, (path, text) => files.push([join(out, relative(ROOT, path)), text]));
  if (diagnostics.length > 0) throw new Error(`The client library cannot be packed:\n${describe(diagnostics)}`);
  for (const [path, text] of files) {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, path.endsWith(".d.ts") ? withoutTsExtensions(text) : text);
  }
}

/** What runs everywhere; the part for Node has types that are not looked for here, and `deno check` has looked at it. */
function isPlatformNeutral(path: string): boolean {
  return path.startsWith(join(ROOT, "protocol"));
}

/** Packages lie beside each other in Deno's cache. */
function folderOf(name: string, version: string): string {
  const typescript = join(dirname(ts.getDefaultLibFilePath(options)), "..", "..", "..");
  return join(typescript, name, version);
}

/** The compiler rewrites the specifiers of JavaScript alone. */
function withoutTsExtensions(text: string): string {
  return text.replaceAll(/((?:from |import\()["']\.{1,2}\/[^"']+)\.ts(["'])/g, "$1.js$2");
}

function describe(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCurrentDirectory: () => ROOT,
    getCanonicalFileName: (path) => path,
    getNewLine: () => "\n",
  });
}
