/**
 * The log file: appends lines, and starts a new file when it has grown too large. Every file is readable by its owner
 * alone. Writes are synchronous: a log line of a crash must not be lost in a buffer, and nothing on the path of a token
 * logs.
 */

/** Size at which a new file is begun. */
export const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** Files kept beside the current one: `daemon.log.1` is the latest of them. */
export const OLD_LOGS_KEPT = 3;

export class LogFile implements Disposable {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #encoder = new TextEncoder();
  #file: Deno.FsFile;
  #bytes: number;

  constructor(path: string, maxBytes = MAX_LOG_BYTES) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#file = openForAppend(path);
    this.#bytes = this.#file.statSync().size;
  }

  /** @param line ends in a newline */
  write(line: string): void {
    const bytes = this.#encoder.encode(line);
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#rotate();
    this.#bytes += bytes.length;
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(this.#file.writeSync(rest));
  }

  #rotate(): void {
    this.#file.close();
    for (let age = OLD_LOGS_KEPT; age > 0; age--) {
      const newer = age === 1 ? this.#path : `${this.#path}.${age - 1}`;
      try {
        Deno.renameSync(newer, `${this.#path}.${age}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    }
    this.#file = openForAppend(this.#path);
    this.#bytes = 0;
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

function openForAppend(path: string): Deno.FsFile {
  return Deno.openSync(path, { append: true, create: true, mode: 0o600 });
}
