/**
 * Which projects the user trusts, as the command line writes it into the state folder: places, and the text that was trusted
 * there. Read again when it has changed, so that trust that is taken back ends with the next call.
 */
import { TRUST_FILE, TrustFile } from "@opta/protocol";
import { join } from "node:path";
import type { Report } from "../session/report.ts";

export class TrustedProjects {
  readonly #path: string;
  readonly #report: Report;
  #known: { version: string; trusted: ReadonlySet<string> } = { version: "", trusted: new Set() };

  constructor(stateDir: string, report: Report) {
    this.#path = join(stateDir, TRUST_FILE);
    this.#report = report;
  }

  /** `false` also while nobody can tell. */
  async has(path: string, sha256: string): Promise<boolean> {
    try {
      const { mtime, size, ino } = await Deno.stat(this.#path);
      const version = `${mtime?.getTime()} ${size} ${ino}`;
      if (version !== this.#known.version) {
        const { projects } = TrustFile.parse(JSON.parse(await Deno.readTextFile(this.#path)));
        const trusted = projects.filter(({ decision }) => decision === "trusted");
        this.#known = { version, trusted: new Set(trusted.map((project) => keyOf(project.path, project.sha256))) };
      }
      return this.#known.trusted.has(keyOf(path, sha256));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) {
        this.#report("error", "Which projects are trusted cannot be read, so none is", {
          path: this.#path,
          error: String(error),
        });
      }
      return false;
    }
  }
}

/** A hash has no blank in it. */
function keyOf(path: string, sha256: string): string {
  return `${sha256} ${path}`;
}
