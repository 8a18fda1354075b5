/** What stands at a place, as far as a change has to know it and to put it back. */
import { MAX_FILE_BYTES } from "../limits.ts";
import type { Scope } from "../scope.ts";
import { locate, type Place } from "./locate.ts";
import { assertPlainFile, readBytes, versionOf } from "./read_bytes.ts";

export type FileState =
  | { kind: "absent" }
  | { kind: "folder"; mode: number | null }
  /** `bytes` is `null` when there are too many to hold. */
  | { kind: "file"; mode: number | null; bytes: Uint8Array | null; version: string };

/** @throws {Refusal} when it is something else, or cannot be read */
export async function readState(scope: Scope, place: Place): Promise<FileState> {
  const { info } = place;
  if (!info) return { kind: "absent" };
  const mode = info.mode === null ? null : info.mode & 0o777;
  if (info.isDirectory) return { kind: "folder", mode };
  assertPlainFile(place);
  if (info.size > MAX_FILE_BYTES) return { kind: "file", mode, bytes: null, version: looksOf(info) };
  const bytes = await readBytes(scope, place);
  return { kind: "file", mode, bytes, version: versionOf(bytes) };
}

/** The same for what stands there now, by real path. */
export async function readPlace(scope: Scope, real: string): Promise<{ place: Place; state: FileState }> {
  const place = await locate(scope, real);
  return { place, state: await readState(scope, place) };
}

/** `null` for what is not there. */
export function versionOfState(state: FileState): string | null {
  switch (state.kind) {
    case "absent":
      return null;
    case "folder":
      return "folder";
    case "file":
      return state.version;
    default:
      return state satisfies never;
  }
}

function looksOf({ size, mtime, ino }: Deno.FileInfo): string {
  return `${size} bytes, ${mtime?.getTime()}, ${ino}`;
}
