/**
 * The folders for temporary files that commands are lent, one for each session. Those of one daemon lie together in a folder
 * of the state folder, so that what another has left can go while its own are in use.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Report } from "../session/report.ts";

export class TempFolders {
  readonly #root: string;
  readonly #own = crypto.randomUUID().slice(0, 8); // short: where it is no /tmp, sockets in it must have a path of 100 bytes
  readonly #report: Report;

  constructor(stateDir: string, report: Report) {
    this.#root = join(stateDir, "tmp");
    this.#report = report;
  }

  /** What the commands of a session see as /tmp, so that one finds what another has left there, caches above all. */
  make(sessionId: string): string {
    const path = this.#path(sessionId);
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  }

  /** With the last of them, the folder around them. */
  async remove(sessionId: string): Promise<void> {
    await this.#remove(this.#path(sessionId));
    await Deno.remove(join(this.#root, this.#own)).catch(() => {}); // others are in it, or it never was
  }

  /** Removes what a daemon has left that was killed. Never rejects. */
  async removeLeft(): Promise<void> {
    try {
      const names = await Array.fromAsync(Deno.readDir(this.#root), ({ name }) => name);
      for (const name of names.filter((name) => name !== this.#own)) await this.#remove(join(this.#root, name));
    } catch (error) {
      this.#tell(this.#root, error);
    }
  }

  #path(sessionId: string): string {
    return join(this.#root, this.#own, createHash("sha256").update(sessionId).digest("hex").slice(0, 32));
  }

  async #remove(path: string): Promise<void> {
    try {
      await Deno.remove(path, { recursive: true });
    } catch (error) {
      this.#tell(path, error);
    }
  }

  #tell(path: string, error: unknown): void {
    if (error instanceof Deno.errors.NotFound) return;
    this.#report("warning", "Temporary files of commands are left", { path, error: String(error) });
  }
}
