/** The globs that models give: relative to a folder, and for names alone when they have no slash. Pure. */
import { Refusal } from "../host/refusal.ts";
import { compileGlob } from "./glob.ts";

/** Takes the parts of the path from the folder. */
export type PathGlob = (parts: readonly string[]) => boolean;

/** @throws {Refusal} */
export function compilePathGlob(pattern: string): PathGlob {
  const path = pattern.replace(/^(?:\.\/)+/, "");
  if (path === "" || path.startsWith("/") || path.split("/").includes("..")) {
    throw new Refusal(
      `The glob "${pattern}" does not lead into the folder: give one like src/**/*.ts, and the folder as path`,
    );
  }
  try {
    const glob = compileGlob(path, { hasBraces: true });
    return path.includes("/") ? glob : (parts) => glob(parts.slice(-1));
  } catch (error) {
    if (error instanceof RangeError) throw new Refusal(error.message);
    throw error;
  }
}

/** Whoever names something hidden wants to see it. */
export function namesHidden(pattern: string): boolean {
  return /(?:^|[/{,])\.(?!\.?(?:\/|$))/.test(pattern);
}
