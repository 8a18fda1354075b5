/** Runs the programs by which a supervisor is told what to do, and says what one of them did not do, and why. */
import type { RunProgram } from "./run_program.ts";

/** The supervisor did not do what was asked for. */
export class SupervisorError extends Error {
  override readonly name = "SupervisorError";
}

/**
 * Tells a supervisor something.
 *
 * @param hintOn what to do about what the program said, if that is known
 * @throws {SupervisorError}
 */
export async function ask(
  run: RunProgram,
  name: string,
  args: readonly string[],
  hintOn: (said: string) => string = () => "",
): Promise<void> {
  const { code, stdout, stderr } = await run(name, args);
  if (code === 0) return;
  if (code === null) throw new SupervisorError(`there is no ${name} on this machine`);
  const said = (stderr.trim() || stdout.trim()).replaceAll("\n", " ").replace(/\.+$/, "") || `exit code ${code}`;
  const hint = hintOn(said);
  throw new SupervisorError(`"${[name, ...args].join(" ")}" failed: ${said}${hint && `. ${hint}`}`);
}
