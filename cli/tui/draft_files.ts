/**
 * What was typed and not sent when the terminal UI was left, one file a session, for the user alone: the next one on that
 * session offers it again.
 */
import { basename, join } from "node:path";
import { ensurePrivateDir, lstatOrNull } from "../paths.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";

/** Most sessions whose drafts are kept: the oldest go. */
const MAX_DRAFTS = 50;
const SUFFIX = ".txt";

export class DraftFiles {
  readonly #folder: string;

  constructor(home: string) {
    this.#folder = join(home, "drafts");
  }

  /** `null` when there is none. @throws {CliError} when the file is not the user's own */
  async load(sessionId: string): Promise<string | null> {
    return await readPrivateFile(this.#pathOf(sessionId));
  }

  /** An empty text is none. */
  async save(sessionId: string, text: string): Promise<void> {
    if (text.trim() === "") return await this.#remove(basename(this.#pathOf(sessionId)));
    await ensurePrivateDir(this.#folder);
    await writePrivateFile(this.#pathOf(sessionId), text);
    await this.#prune();
  }

  /** The ids of sessions hold nothing that means something in a path. */
  #pathOf(sessionId: string): string {
    return join(this.#folder, `${sessionId.replaceAll(":", "%3A")}${SUFFIX}`);
  }

  async #prune(): Promise<void> {
    const files: { name: string; atMs: number }[] = [];
    for await (const { name } of Deno.readDir(this.#folder)) {
      const info = await lstatOrNull(join(this.#folder, name)); // another program may be at it, too
      if (info) files.push({ name, atMs: info.mtime?.getTime() ?? 0 });
    }
    files.sort((a, b) => b.atMs - a.atMs);
    for (const { name } of files.slice(MAX_DRAFTS)) await this.#remove(name);
  }

  async #remove(name: string): Promise<void> {
    try {
      await Deno.remove(join(this.#folder, name));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
