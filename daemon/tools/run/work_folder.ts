/** Where a command runs: a folder of the workspace, by its real path [security 7]. */
import { isAbsolute, resolve } from "node:path";
import { isWithin } from "../is_within.ts";

/** @throws {Error} that says what is wrong with it */
export async function workFolder(cwd: string, roots: readonly string[]): Promise<string> {
  const [first = "/"] = roots;
  const path = isAbsolute(cwd) ? cwd : resolve(first, cwd);
  const outside = `${cwd} is outside the workspace: ${roots.join(", ")}`;
  if (!roots.some((root) => isWithin(resolve(path), root))) throw new Error(outside);
  let real: string;
  try {
    real = await Deno.realPath(path);
    if (!(await Deno.stat(real)).isDirectory) throw new Error(`${cwd} is not a folder`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`${cwd} does not exist`);
    if (error instanceof Deno.errors.NotCapable) throw new Error(outside);
    throw error;
  }
  if (!roots.some((root) => isWithin(real, root))) throw new Error(outside); // a symlink led out
  return real;
}
