/**
 * Bundles what `index.html` names: the script with all that it imports, parts that it loads later as files of their own,
 * and the style with its imports. `deno bundle` does the work; the names of the parts hold the hash of their content.
 */
import { fileURLToPath } from "node:url";

export interface SourceFile {
  /** As other files of the page name it. */
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export interface BundledPage {
  /** The document, with the names of its files as they are in the source. */
  html: string;
  /** By the name that the document has for them. */
  named: ReadonlyMap<string, SourceFile>;
  /** What scripts import: now or later. */
  parts: readonly SourceFile[];
}

/** Runs `deno bundle` on one entry. What it wrote is read and the folder may go. */
async function bundle(entry: URL, outdir: URL): Promise<SourceFile[]> {
  const args = ["bundle", "--quiet", "--platform", "browser", "--minify", "--code-splitting", "--outdir"];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, fileURLToPath(outdir), entry.href],
    cwd: fileURLToPath(new URL(".", entry)), // from here the import map is found, wherever the command was typed
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
  const files: SourceFile[] = [];
  for await (const { name } of Deno.readDir(outdir)) {
    files.push({ name, bytes: await Deno.readFile(new URL(name, outdir)) });
  }
  return files;
}

/** @param source the folder of `index.html` @param draft a folder for what the bundler writes */
export async function bundlePage(source: URL, draft: URL): Promise<BundledPage> {
  const html = await Deno.readTextFile(new URL("index.html", source));
  const named = new Map<string, SourceFile>();
  const parts: SourceFile[] = [];
  for (const path of namedFiles(html)) {
    const entry = new URL(path, source);
    const name = path.split("/").at(-1)?.replace(/\.tsx?$/, ".js") ?? path;
    if (!/\.(?:tsx?|css)$/.test(path)) {
      named.set(path, { name, bytes: await Deno.readFile(entry) });
      continue;
    }
    for (const file of await bundle(entry, new URL(`bundle-${named.size}/`, draft))) {
      if (file.name === name) named.set(path, file);
      else if (file.name.endsWith(".js")) parts.push(file);
      else throw new Error(`${path} imports ${file.name}: a style is named in index.html, or imported by one that is`);
    }
  }
  return { html, named, parts };
}

/** The files that the document names: `href` and `src` of its own. */
function namedFiles(html: string): string[] {
  return [...html.matchAll(/\b(?:href|src)="([^":#]+)"/g)].map(([, path = ""]) => path);
}
