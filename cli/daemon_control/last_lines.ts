/** The last lines of a log that somebody wants to see: read from the end, back through the files of before a rotation. */
import { Buffer } from "node:buffer";

/** Size of one read. */
const CHUNK_BYTES = 64 * 1024;
/** A line that is longer is none of ours, and what lies before it is not looked at. */
export const MAX_LINE_BYTES = 1024 * 1024;
/** How much is looked at in all: more than the daemon keeps, so a bound for a log that is not its own. */
const MAX_LOOKED_AT_BYTES = 32 * 1024 * 1024;
/** More files than the daemon keeps beside the current one. */
const MAX_OLD_FILES = 9;

export interface LastLinesOptions {
  count: number;
  isWanted: (line: string) => boolean;
}

/**
 * In the order in which they were written.
 *
 * @param current the log as it is open
 * @param end how far it is to be looked at: up to the end of a line
 */
export async function lastLines(
  path: string,
  current: Deno.FsFile,
  end: number,
  { count, isWanted }: LastLinesOptions,
): Promise<string[]> {
  const found: string[] = [];
  let budget = MAX_LOOKED_AT_BYTES;
  const collect = async (file: Deno.FsFile, size: number): Promise<boolean> => {
    for await (const line of linesFromEnd(file, size)) {
      if (found.length >= count || line === null) return false;
      if (isWanted(line)) found.push(line);
      budget -= line.length + 1;
      if (budget <= 0) return false;
    }
    return found.length < count;
  };
  if (count === 0) return found;
  const seen = new Set([identityOf(await current.stat())]);
  let goesOn = await collect(current, end);
  for (let age = 1; goesOn && age <= MAX_OLD_FILES; age++) {
    using file = await openOrNull(`${path}.${age}`);
    if (!file) break;
    const info = await file.stat();
    if (seen.has(identityOf(info))) continue; // rotated meanwhile: the file of before has this name now
    seen.add(identityOf(info));
    goesOn = await collect(file, info.size);
  }
  return found.reverse();
}

/** The lines before `end`, the last one first; `null` in place of one that is too long, and nothing after it. */
async function* linesFromEnd(file: Deno.FsFile, end: number): AsyncGenerator<string | null> {
  const decoder = new TextDecoder();
  let tail: Uint8Array[] = []; // the pieces of the line whose beginning is not read yet, the last piece first
  let tailBytes = 0;
  const take = (piece: Uint8Array) => {
    const line = decoder.decode(Buffer.concat([...tail, piece].reverse()));
    tail = [];
    tailBytes = 0;
    return line;
  };
  let isFirst = true; // what follows the last line break: nothing
  for (let at = end; at > 0;) {
    const from = Math.max(0, at - CHUNK_BYTES);
    const chunk = await readAt(file, from, at - from);
    let until = chunk.length;
    for (let i = chunk.lastIndexOf(10); i >= 0; i = i === 0 ? -1 : chunk.lastIndexOf(10, i - 1)) {
      const line = take(chunk.subarray(i + 1, until));
      if (!isFirst) yield line;
      isFirst = false;
      until = i;
    }
    tail.push(chunk.subarray(0, until));
    tailBytes += until;
    if (tailBytes > MAX_LINE_BYTES) return yield null;
    at = from;
  }
  if (!isFirst) yield take(new Uint8Array());
}

/** Where the last line ends that is whole. */
export async function endOfLastLine(file: Deno.FsFile, size: number): Promise<number> {
  for (let at = size; at > 0 && size - at <= MAX_LINE_BYTES;) {
    const from = Math.max(0, at - CHUNK_BYTES);
    const lineBreak = (await readAt(file, from, at - from)).lastIndexOf(10);
    if (lineBreak >= 0) return from + lineBreak + 1;
    if (from === 0) return 0;
    at = from;
  }
  return size; // a line that is far too long
}

async function readAt(file: Deno.FsFile, offset: number, length: number): Promise<Uint8Array> {
  await file.seek(offset, Deno.SeekMode.Start);
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const count = await file.read(bytes.subarray(read));
    if (count === null) break; // it was cut meanwhile
    read += count;
  }
  return bytes.subarray(0, read);
}

function identityOf({ dev, ino }: Deno.FileInfo): string {
  return `${dev}:${ino}`;
}

async function openOrNull(path: string): Promise<Deno.FsFile | null> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
