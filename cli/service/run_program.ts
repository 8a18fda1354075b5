/** Runs a program of the system, as `systemctl`, and waits for its end. Tests bring their own. */

/** Milliseconds for what is done: a stop that waits for turns is the slowest. */
const TIMEOUT_MS = 60_000;
/** Milliseconds for a question: usually it takes a few of them. */
const QUESTION_TIMEOUT_MS = 5_000;
/** Characters of what it said that are kept: more is no message. */
const MAX_OUTPUT_LENGTH = 100_000;

export interface ProgramResult {
  /** `null` when there is no such program. */
  code: number | null;
  stdout: string;
  stderr: string;
}

export type RunProgram = (name: string, args: readonly string[]) => Promise<ProgramResult>;

export const runProgram: RunProgram = (name, args) => run(name, args, TIMEOUT_MS);

/** For those who only want to know something: a supervisor that hangs holds them up for no longer than this. */
export const askProgram: RunProgram = (name, args) => run(name, args, QUESTION_TIMEOUT_MS);

async function run(name: string, args: readonly string[], timeoutMs: number): Promise<ProgramResult> {
  const command = new Deno.Command(name, {
    args: [...args],
    env: { LC_ALL: "C" },
    stdin: "null",
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    const { code, stdout, stderr } = await command.output();
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { code: null, stdout: "", stderr: "" };
    throw error;
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).slice(0, MAX_OUTPUT_LENGTH);
}
