/**
 * The folder of the build. A build is made in a draft beside it and moved in file by file, the manifest last: whoever
 * reads meanwhile finds the old page or the new one, and so does another build.
 */
import type { PageManifest } from "@opta/protocol";

/** What no manifest names any more stays for this long: pages that are open load parts of themselves later. */
const KEEP_OLD_MS = 24 * 60 * 60 * 1_000;
/** A draft that is this old was left by a build that was killed. */
const KEEP_DRAFTS_MS = 60 * 60 * 1_000;
const DRAFT = "draft-";

export interface Draft extends AsyncDisposable {
  url: URL;
  add(name: string, bytes: Uint8Array): Promise<void>;
  /** Moves all that was added to its place, and this manifest after it. */
  moveIn(manifestName: string, manifest: string): Promise<void>;
}

export async function newDraft(dist: URL): Promise<Draft> {
  const url = new URL(`${DRAFT}${crypto.randomUUID()}/`, dist);
  const names: string[] = [];
  await Deno.mkdir(url, { recursive: true });
  return {
    url,
    async add(name, bytes) {
      await Deno.writeFile(new URL(name, url), bytes);
      names.push(name);
    },
    async moveIn(manifestName, manifest) {
      const assets = new URL("assets/", dist);
      await Deno.mkdir(assets, { recursive: true });
      for (const name of names) await Deno.rename(new URL(name, url), new URL(name, assets));
      await Deno.writeTextFile(new URL(manifestName, url), manifest);
      await Deno.rename(new URL(manifestName, url), new URL(manifestName, dist));
    },
    [Symbol.asyncDispose]: () => Deno.remove(url, { recursive: true }),
  };
}

/** Removes what earlier builds have left and nobody needs any more. */
export async function clearUp(dist: URL, { assets }: PageManifest, now = Date.now()): Promise<void> {
  const isNeeded = (name: string) => Object.hasOwn(assets, name.replace(/\.(?:gz|br)$/, ""));
  await removeOld(new URL("assets/", dist), now - KEEP_OLD_MS, (name) => !isNeeded(name));
  await removeOld(dist, now - KEEP_DRAFTS_MS, (name) => name.startsWith(DRAFT));
}

async function removeOld(folder: URL, before: number, isMeant: (name: string) => boolean): Promise<void> {
  for await (const { name } of Deno.readDir(folder)) {
    const path = new URL(name, folder);
    const info = isMeant(name) ? await Deno.stat(path).catch(() => null) : null; // another build may clear up as well
    if (info && (info.mtime?.getTime() ?? 0) < before) await Deno.remove(path, { recursive: true }).catch(() => {});
  }
}
