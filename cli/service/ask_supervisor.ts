/** Runs the programs by which a supervisor is told what to do, and says what one of them did not do, and why. */
import type { ProgramResult, RunProgram } from "./run_program.ts";

/** The supervisor did not do what was asked for. */
export class SupervisorError extends Error {
  override readonly name = "SupervisorError";
}

/** Runs the programs of a supervisor. @throws {SupervisorError} with what the program said */
export async function ask(run: RunProgram, name: string, args: readonly string[], hint = ""): Promise<ProgramResult> {
  const result = await run(name, args);
  if (result.code === 0) return result;
  const shown = [name, ...args].join(" ");
  if (result.code === null) throw new SupervisorError(`there is no ${name} on this machine`);
  const said = (result.stderr.trim() || result.stdout.trim()).replaceAll("\n", " ");
  throw new SupervisorError(`"${shown}" failed: ${said || `exit code ${result.code}`}${hint && `. ${hint}`}`);
}
