/** The project instructions of one session: kept from turn to turn, and read again when the file has changed. */
import type { HostProcess } from "../tools/host/host_process.ts";
import { HostError } from "../tools/host/host_process.ts";
import type { Workspace } from "../tools/tool.ts";
import { FoundInstructions, type Instructions, type InstructionsVersion } from "./instructions.ts";
import { INSTRUCTIONS_FRESH_MS, INSTRUCTIONS_WAIT_MS, MAX_INSTRUCTIONS_BYTES } from "./limits.ts";

export interface InstructionsSource {
  workspace: Workspace;
  reader(): Promise<HostProcess>;
  /** Milliseconds of a monotonic clock. */
  now?(): number;
}

interface Kept {
  version: InstructionsVersion;
  instructions: Instructions;
}

export class ProjectInstructions {
  readonly #source: InstructionsSource;
  #kept: Kept | null = null;
  #lookedAtMs = -Infinity;

  constructor(source: InstructionsSource) {
    this.#source = source;
  }

  /** `null` when there are none. When they cannot be looked for now, those of before. */
  async find(signal: AbortSignal): Promise<Instructions | null> {
    const { now = () => performance.now() } = this.#source;
    if (now() - this.#lookedAtMs >= INSTRUCTIONS_FRESH_MS) {
      try {
        this.#kept = await this.#look(signal);
        this.#lookedAtMs = now();
      } catch (error) {
        if (!(error instanceof HostError)) throw error; // the turn goes on without: its tools will say what is wrong
      }
    }
    return this.#kept?.instructions ?? null;
  }

  async #look(signal: AbortSignal): Promise<Kept | null> {
    const { workspace: { cwd, roots }, reader } = this.#source;
    const known = this.#kept?.version ?? null;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), INSTRUCTIONS_WAIT_MS);
    try {
      const options = { signal: AbortSignal.any([signal, late.signal]) };
      const found = FoundInstructions.parse(
        await (await reader()).call("findInstructions", { cwd, roots, known }, options),
      );
      if (!found) return null;
      const { version, text } = found;
      if (text === undefined) return this.#kept;
      return { version, instructions: { path: version.path, text, isCut: version.size > MAX_INSTRUCTIONS_BYTES } };
    } finally {
      clearTimeout(timer);
    }
  }
}
