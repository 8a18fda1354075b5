/** The names that profiles have, as their files say; what is in them is `profile_files.ts`. */
import { join } from "node:path";
import type { Paths } from "../paths.ts";

export const PROFILE_SUFFIX = ".json";

export function profilesFolder({ home }: Paths): string {
  return join(home, "profiles");
}

export function isProfileName(name: string): boolean {
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(name);
}

/** In the order of the alphabet. */
export async function listProfileNames(paths: Paths): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(profilesFolder(paths))) {
      if (name.endsWith(PROFILE_SUFFIX)) names.push(name.slice(0, -PROFILE_SUFFIX.length));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.filter(isProfileName).sort(); // what else lies there is nobody's profile
}
