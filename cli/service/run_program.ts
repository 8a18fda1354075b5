/** Runs a program of the system, as `systemctl`, and waits for its end. Tests bring their own. */

/** Milliseconds for an answer: a stop that waits for turns is the slowest. */
const TIMEOUT_MS = 60_000;
/** Characters of what it said that are kept: more is no message. */
const MAX_OUTPUT_LENGTH = 100_000;

export interface ProgramResult {
  /** `null` when there is no such program. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export type RunProgram = (name: string, args: readonly string[]) => Promise<ProgramResult>;

export const runProgram: RunProgram = async (name, args) => {
  const command = new Deno.Command(name, {
    args: [...args],
    env: { LC_ALL: "C" },
    stdin: "null",
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  try {
    const { code, stdout, stderr } = await command.output();
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { code: null, stdout: "", stderr: "" };
    throw error;
  }
};

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).slice(0, MAX_OUTPUT_LENGTH);
}
