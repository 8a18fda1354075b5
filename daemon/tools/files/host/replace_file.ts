/**
 * Puts whole content in the place of a file: readers see all of the old or all of the new, also after a crash. Mode and, as
 * far as the system lets it, owner stay; other names of the same file (hard links) keep the old content.
 *
 * What is written is verified to lie inside the workspace before its first byte is. `rename()` itself goes by paths, and a
 * process of the same user could swap a folder for a symlink in the middle of that one call: Deno offers nothing against it.
 */
import { dirname, join } from "node:path";
import type { Scope } from "../scope.ts";
import { isSame, locate, type Place, shownPath, verify } from "./locate.ts";
import { persist } from "./persist.ts";
import { explain, Refusal } from "./refusal.ts";

/** What is kept of a mode. Not set-user-id: a program that is changed loses it, as with every write. */
const PERMISSION_BITS = 0o777;

/** @param mode `null`: that of the file that is there, or what the system gives to new ones */
export async function replaceFile(scope: Scope, place: Place, bytes: Uint8Array, mode: number | null): Promise<void> {
  const { real, shown } = place;
  const folder = dirname(real);
  const draft = join(folder, `.opta-${crypto.randomUUID()}.tmp`);
  try {
    await makeFolder(scope, folder);
    const now = await locate(scope, real);
    if (now.real !== real || !isStill(place, now)) throw new Refusal(`${shown} was changed meanwhile: read it again`);
    const written = await writeDraft(scope, draft, bytes, ownMode(now, mode));
    try {
      await keepOwner(now, draft, written);
      await Deno.rename(draft, real);
    } catch (error) {
      persist(() => Deno.removeSync(draft)); // elsewhere and empty, if its folder was swapped while it was made
      throw error;
    }
    verify(scope, place, written);
  } catch (error) {
    throw explain(error, shown);
  }
}

/** Makes a folder and those above it, one after another, each inside the workspace. */
export async function makeFolder(scope: Scope, path: string, mode?: number): Promise<void> {
  const { real, info } = await locate(scope, path);
  if (info?.isDirectory) return;
  if (info || real !== path) throw new Refusal(`${shownPath(scope, path)} is no folder`);
  await makeFolder(scope, dirname(path));
  try {
    await Deno.mkdir(path, { mode });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error; // else another call was first
  }
}

/** @returns how the draft looks, by which it is known again */
async function writeDraft(scope: Scope, draft: string, bytes: Uint8Array, mode: number | null): Promise<Deno.FileInfo> {
  using file = await Deno.open(draft, { write: true, createNew: true, mode: mode ?? 0o666 });
  try {
    const info = await file.stat();
    verify(scope, { real: draft, shown: shownPath(scope, draft) }, info);
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await file.write(rest));
    if (mode !== null && Deno.build.os !== "windows") await Deno.chmod(draft, mode); // the umask took some of it
    await file.sync();
    return await file.stat();
  } catch (error) {
    persist(() => Deno.removeSync(draft)); // elsewhere and empty, if its folder was swapped while it was made
    throw error;
  }
}

function ownMode({ info }: Place, mode: number | null): number | null {
  return mode ?? (info && info.mode !== null ? info.mode & PERMISSION_BITS : null);
}

/** The file at the place is the one that was looked at, or there is still none. */
function isStill(before: Place, now: Place): boolean {
  if (!before.info || !now.info) return before.info === now.info;
  return isSame(before.info, now.info) && before.info.size === now.info.size &&
    before.info.mtime?.getTime() === now.info.mtime?.getTime();
}

/** Only a privileged process may give files away; what another one writes becomes its own. */
async function keepOwner({ info }: Place, draft: string, { uid, gid }: Deno.FileInfo): Promise<void> {
  if (!info || (info.uid === uid && info.gid === gid)) return;
  try {
    await Deno.chown(draft, info.uid, info.gid);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
  }
}
