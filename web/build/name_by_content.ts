/**
 * Gives each file of the page a name that holds the hash of its content, so that browsers may keep it for ever, and puts
 * these names into the document. Pure.
 */
import { createHash } from "node:crypto";
import type { BundledPage, SourceFile } from "./bundle_page.ts";

export interface NamedFile extends SourceFile {
  /** A browser fetches it before it shows anything. */
  first: boolean;
}

export interface NamedPage {
  /** The name of the document. */
  document: string;
  files: NamedFile[];
}

/** @throws {Error} when a part imports the entry, whose name is not known yet when that of the part is made */
export function nameByContent({ html, named, parts }: BundledPage): NamedPage {
  const files: NamedFile[] = [];
  const texts = new Map(parts.map(({ name, bytes }) => [name, new TextDecoder().decode(bytes)]));
  const first = new Set<string>();
  let document = html;
  for (const [path, file] of named) {
    const looped = [...texts].find(([, text]) => importsOf(text).includes(file.name));
    if (looped) throw new Error(`${looped[0]} imports ${path}: what both need belongs into a module of its own`);
    const name = hashedName(file);
    files.push({ ...file, name, first: true });
    document = document.replaceAll(`"${path}"`, `"/assets/${name}"`);
    if (name.endsWith(".js")) addImported(new TextDecoder().decode(file.bytes), texts, first);
  }
  const preloads = [...first].sort().map((name) => `<link rel="modulepreload" href="/assets/${name}">`);
  document = document.replace("</head>", `${preloads.join("")}</head>`).replaceAll(/>\s+</g, "><");
  for (const part of parts) files.push({ ...part, first: first.has(part.name) });
  const bytes = new TextEncoder().encode(document);
  const name = hashedName({ name: "index.html", bytes });
  return { document: name, files: [{ name, bytes, first: true }, ...files] };
}

/** Adds what a script needs before it runs, and what that needs: a browser is told of it at once. */
function addImported(text: string, texts: ReadonlyMap<string, string>, found: Set<string>): void {
  for (const name of staticImportsOf(text)) {
    if (found.has(name) || !texts.has(name)) continue;
    found.add(name);
    addImported(texts.get(name) ?? "", texts, found);
  }
}

/** Files of the same folder that a minified script imports in any way. */
function importsOf(text: string): string[] {
  return [...text.matchAll(/["']\.\/([\w.-]+\.js)["']/g)].map(([, name = ""]) => name);
}

/** Those that it imports before it runs. */
function staticImportsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*["']\.\/([\w.-]+\.js)["']/g)].map(([, name = ""]) => name);
}

function hashedName({ name, bytes }: SourceFile): string {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  return name.replace(/(\.[a-z0-9]+)$/, `-${hash}$1`);
}
