/**
 * The settings that a project brings along, in `.opta/config.jsonc` of its folder, and which of them the user trusts. The
 * command line keeps what is trusted in the daemon's state folder; the daemon looks at the file through a confined process,
 * and lets what it allows count when exactly this text, at exactly this place, is trusted.
 */
import * as z from "zod";

/** In the folder of the project. */
export const PROJECT_FOLDER = ".opta";
/** One or the other. */
export const PROJECT_FILES = ["config.jsonc", "config.json"] as const;
/** More than this is no list of settings. */
export const MAX_PROJECT_FILE_BYTES = 64 * 1024;
/** More rules nobody reads before trusting them. */
export const MAX_PROJECT_RULES = 100;

/** In the daemon's state folder. The command line writes it, and the daemon reads it again when it changes. */
export const TRUST_FILE = "trusted_projects.json";
/** Projects that are remembered; those decided on longest ago go first. */
export const MAX_TRUSTED = 500;

export const TrustFile = z.object({
  projects: z.array(z.object({
    /** Of the file, a real path. */
    path: z.string(),
    /** Of its text, SHA-256 as hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** `refused`: the user was asked, and does not want to be asked again about this text. */
    decision: z.enum(["trusted", "refused"]),
  })),
});
export type TrustFile = z.infer<typeof TrustFile>;

/** Of the text as it is parsed, so that what was looked at is what counts. */
export async function hashProjectFile(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** How many folders above the working one are looked at. */
export const MAX_FOLDERS_UP = 32;

/**
 * The folders in which the file of a project is looked for, the nearest first: from the working folder up to the user's home,
 * or, outside of that, up to what is below the root. A repository on the way ends it: see `projectFolders`.
 *
 * @param cwd a real path
 * @param home a real path; `null` when there is none
 */
export function foldersAbove(cwd: string, home: string | null): string[] {
  const folders: string[] = [];
  for (let at = cwd; at !== home && folders.length < MAX_FOLDERS_UP;) {
    const above = at.slice(0, Math.max(at.lastIndexOf("/"), at.lastIndexOf("\\")));
    if (above === "" || /^[A-Za-z]:$/.test(above)) break;
    folders.push(above);
    at = above;
  }
  return folders;
}

/**
 * Those of the folders that may hold a project's file: up to the first repository, or up to the home folder. Outside of both
 * it is the working folder alone, for anybody may put a file into `/tmp`.
 */
export async function projectFolders(
  cwd: string,
  home: string | null,
  isRepository: (folder: string) => Promise<boolean>,
): Promise<string[]> {
  const all = [cwd, ...foldersAbove(cwd, home)];
  for (const [i, folder] of all.entries()) {
    if (await isRepository(folder)) return all.slice(0, i + 1);
  }
  return home !== null && all.at(-1) === home ? all : [cwd];
}
