/** Reads the daemon's log: its last lines and, if asked, those that come, also across a rotation of the file. */
import { setTimeout as delay } from "node:timers/promises";
import { endOfLastLine, lastLines, MAX_LINE_BYTES } from "./last_lines.ts";
import type { LineFilter } from "./log_filter.ts";

/** Size of one read. */
const CHUNK_BYTES = 64 * 1024;
/** Milliseconds between two looks at a log that is followed. */
const POLL_MS = 100;

export interface LogOptions {
  /** How many of the lines that are there already and are wanted. */
  lines: number;
  /** All of them, unless given. */
  isWanted?: LineFilter;
  /** Go on with the lines that come, until `signal` aborts. */
  follow: boolean;
  signal: AbortSignal;
  pollMs?: number;
}

/** The lines of a log without their ends; none when there is no log yet. */
export async function* readLog(path: string, options: LogOptions): AsyncGenerator<string> {
  const { lines, isWanted = () => true, follow, signal, pollMs = POLL_MS } = options;
  let log = await LogReader.open(path);
  try {
    if (log) yield* await log.last(lines, isWanted);
    while (follow && !signal.aborted) {
      if (log) yield* log.rest(isWanted);
      if (!log || await log.isReplaced()) {
        const next = await LogReader.open(path);
        // What was written between the last read and the rotation still belongs to the old file.
        if (log && next) yield* log.rest(isWanted);
        if (next) {
          log?.close();
          log = next;
          continue;
        }
      }
      await delay(pollMs, null, { signal }).catch(() => {}); // an abort ends the loop
    }
  } finally {
    log?.close();
  }
}

/** One file and how far it has been read. */
class LogReader {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  #decoder = new TextDecoder();
  #at = 0;
  /** A line whose end is not there yet; `null` when it is far too long already, and is left out. */
  #unfinished: string | null = "";

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<LogReader | null> {
    try {
      return new LogReader(path, await Deno.open(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** The last lines of what is there now; `rest` goes on after them. */
  async last(count: number, isWanted: LineFilter): Promise<string[]> {
    const end = await endOfLastLine(this.#file, (await this.#file.stat()).size);
    const lines = await lastLines(this.#path, this.#file, end, { count, isWanted });
    this.#at = await this.#file.seek(end, Deno.SeekMode.Start);
    return lines;
  }

  /** Whole lines that have not been read yet. */
  async *rest(isWanted: LineFilter): AsyncGenerator<string> {
    if ((await this.#file.stat()).size < this.#at) await this.#beginAgain(); // somebody has cut it
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let bytes = await this.#file.read(chunk); bytes !== null; bytes = await this.#file.read(chunk)) {
      this.#at += bytes;
      const pieces = this.#decoder.decode(chunk.subarray(0, bytes), { stream: true }).split("\n");
      for (const [i, piece] of pieces.entries()) {
        if (i > 0) {
          const line = this.#unfinished;
          this.#unfinished = "";
          if (line !== null && isWanted(line)) yield line;
        }
        this.#unfinished = this.#unfinished === null || this.#unfinished.length + piece.length > MAX_LINE_BYTES
          ? null
          : this.#unfinished + piece;
      }
    }
  }

  async #beginAgain(): Promise<void> {
    this.#at = await this.#file.seek(0, Deno.SeekMode.Start);
    this.#decoder = new TextDecoder();
    this.#unfinished = "";
  }

  /** Whether the path names another file by now, or none. */
  async isReplaced(): Promise<boolean> {
    try {
      const [current, own] = await Promise.all([Deno.stat(this.#path), this.#file.stat()]);
      return current.ino !== own.ino || current.dev !== own.dev;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return true;
      throw error;
    }
  }

  close(): void {
    this.#file.close();
  }
}
