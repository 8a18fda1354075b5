/** Reads whole files, and nothing but plain files: a pipe would never end, and a device may do anything. */
import { createHash } from "node:crypto";
import { MAX_FILE_BYTES } from "../limits.ts";
import type { Scope } from "../scope.ts";
import { type Place, verify } from "./locate.ts";
import { explain, Refusal } from "./refusal.ts";

/** @throws {Refusal} when it is none that can be read, or too large */
export async function readBytes(scope: Scope, place: Omit<Place, "isLink">): Promise<Uint8Array> {
  const { real, shown } = place;
  assertPlainFile(place);
  try {
    using file = await Deno.open(real);
    const info = await file.stat();
    verify(scope, place, info);
    assertPlainFile({ shown, info });
    if (info.size > MAX_FILE_BYTES) throw tooLarge(shown, info.size);
    return await readAll(file, info.size, shown);
  } catch (error) {
    throw explain(error, shown);
  }
}

/** @throws {Refusal} */
export function assertPlainFile({ shown, info }: Pick<Place, "shown" | "info">): void {
  if (!info) throw new Refusal(`There is no file ${shown}`);
  if (info.isFile) return;
  if (info.isDirectory) throw new Refusal(`${shown} is a folder: use list_dir`);
  throw new Refusal(`${shown} is a ${specialKind(info)}, not a plain file`);
}

/** Tells whether a file is still what it was. */
export function versionOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function specialKind(info: Deno.FileInfo): string {
  return info.isFifo ? "pipe" : info.isSocket ? "socket" : "device";
}

function tooLarge(shown: string, size: number): Refusal {
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MiB`;
  return new Refusal(
    `${shown} is too large (${mebibytes(size)}; tools read files of ${mebibytes(MAX_FILE_BYTES)} at the most)`,
  );
}

/** A file that grows meanwhile is read to its bound, and no further. */
async function readAll(file: Deno.FsFile, size: number, shown: string): Promise<Uint8Array> {
  let bytes = new Uint8Array(size + 1);
  for (let length = 0;;) {
    if (length === bytes.length) {
      if (length > MAX_FILE_BYTES) throw tooLarge(shown, length);
      const larger = new Uint8Array(Math.min(2 * length, MAX_FILE_BYTES + 1));
      larger.set(bytes);
      bytes = larger;
    }
    const count = await file.read(bytes.subarray(length));
    if (count === null) return bytes.subarray(0, length);
    length += count;
  }
}
