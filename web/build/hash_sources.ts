/** One hash of everything that a build of the page is made of, so that it is made again only when that has changed. */
import { createHash } from "node:crypto";

/** Folders and files that the page is made of, beside packages, which the lock file stands for. */
const SOURCES = ["deno.json", "deno.lock", "protocol/", "view/", "web/"];
/** What is in these folders and in no page. */
const APART = /(?:^|\/)(?:dist|testing|testdata)\/|_test\.tsx?$/;

/** @param root of the checkout */
export async function hashSources(root: URL): Promise<string> {
  const hash = createHash("sha256").update(Deno.version.deno);
  for (const source of SOURCES) {
    const paths = source.endsWith("/") ? await Array.fromAsync(filesIn(source, root)) : [source];
    for (const path of paths.sort()) {
      const bytes = await Deno.readFile(new URL(path, root));
      hash.update(`\0${path}\0${bytes.length}\0`).update(bytes);
    }
  }
  return hash.digest("hex");
}

async function* filesIn(folder: string, root: URL): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(new URL(folder, root))) {
    const path = folder + name + (isDirectory ? "/" : "");
    if (APART.test(path)) continue;
    if (isDirectory) yield* filesIn(path, root);
    else if (isFile) yield path;
  }
}
