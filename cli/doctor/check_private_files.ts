/** The token, the keys, what was said: each in a file that its owner alone may read [security 5]. */
import { countOf } from "@opta/view/count_of";
import { relative } from "node:path";
import { lstatOrNull, ownerProblem } from "../paths.ts";
import type { Check } from "./check.ts";
import { modeText } from "./inspect_folder.ts";
import { privateFiles } from "./private_files.ts";

/** Names that are told; with more, their number. */
const MAX_NAMES = 4;

export const checkPrivateFiles: Check = {
  name: "private files",
  needsHome: true,
  async look({ paths }) {
    const files = await privateFiles(paths);
    const open: string[] = [];
    const problems: string[] = [];
    for (const { path, info } of files) {
      const name = relative(paths.home, path);
      const problem = info.isSymlink ? "is a symlink: put the file itself there" : ownerProblem(info);
      if (problem) problems.push(`${name} ${problem}`);
      else if (info.isFile && info.mode !== null && (info.mode & 0o777) !== 0o600) open.push(path);
    }
    if (open.length === 0 && problems.length === 0) {
      return { status: "ok", detail: `${countOf(files.length, "file")}, readable for you alone` };
    }
    const modes = await Promise.all(
      open.slice(0, MAX_NAMES).map(async (path) =>
        `${relative(paths.home, path)} has mode ${modeText((await lstatOrNull(path))?.mode ?? 0)}`
      ),
    );
    const more = open.length > MAX_NAMES ? [`${open.length - MAX_NAMES} more`] : [];
    const detail = `Must be files of yours with mode 0600: ${[...problems, ...modes, ...more].join(", ")}`;
    if (open.length === 0) return { status: "failed", detail };
    const what = `set mode 0600 on ${countOf(open.length, "file")}`;
    return { status: "failed", detail, fix: { what, apply: () => close(open) } };
  },
};

async function close(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const info = await lstatOrNull(path); // a symlink that came meanwhile would lead the change elsewhere
    if (info?.isFile && ownerProblem(info) === null) await Deno.chmod(path, 0o600);
  }
}
