/** Which files are Opta's own. The folders may hold others, which are nobody's business: `OPTA_HOME` can be any folder. */
import { join } from "node:path";
import { lstatOrNull, type Paths } from "../paths.ts";

export interface FoundFile {
  path: string;
  info: Deno.FileInfo;
  /** What an interrupted write has left, or one that goes on. */
  isDraft: boolean;
}

const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
/** What `writePrivateFile()` adds to the name of a file. */
const DRAFT_SUFFIX = new RegExp(`\\.${ID}\\.tmp$`);
/** What the daemon writes first beside its state file and the page's name, and to see whether it can write. */
const DAEMON_DRAFT = new RegExp(`^(?:(?:state\\.json|page_name)\\.tmp|\\.probe\\.${ID})$`);

/** All that is there of them, symlinks as such. */
export async function privateFiles({ home, stateDir }: Paths): Promise<FoundFile[]> {
  const found = await Promise.all([
    filesOf(home, /^(?:config\.jsonc?(?:\.bak)?|mcp\.json|chat_history\.jsonl)$/),
    filesOf(stateDir, /./, DAEMON_DRAFT), // is the daemon's alone
    filesOf(join(home, "profiles"), /\.json$/),
    filesOf(join(home, "drafts"), /\.txt$/),
  ]);
  return found.flat();
}

/** Neither folders nor what is below them. */
async function filesOf(folder: string, own: RegExp, draft = DRAFT_SUFFIX): Promise<FoundFile[]> {
  const info = await lstatOrNull(folder);
  if (!info?.isDirectory) return [];
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const found = await Promise.all(entries.map(async ({ name }): Promise<FoundFile[]> => {
    if (!own.test(name.replace(DRAFT_SUFFIX, ""))) return [];
    const path = join(folder, name);
    const info = await lstatOrNull(path);
    const isDraft = DRAFT_SUFFIX.test(name) || draft.test(name);
    return info && !info.isDirectory ? [{ path, info, isDraft }] : [];
  }));
  return found.flat().toSorted((a, b) => a.path < b.path ? -1 : 1);
}
