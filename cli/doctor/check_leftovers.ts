/** Halves of writes that were interrupted: they do no harm, and hold what their file would have held. */
import { countOf } from "@opta/view/count_of";
import { relative } from "node:path";
import { lstatOrNull, ownerProblem } from "../paths.ts";
import type { Check } from "./check.ts";
import { privateFiles } from "./private_files.ts";

/** A write takes milliseconds: what is younger may be one that goes on. */
const MIN_AGE_MS = 60_000;

export const checkLeftovers: Check = {
  name: "leftovers",
  needsHome: true,
  async look({ paths }) {
    const left: string[] = [];
    for (const { path, info, isDraft } of await privateFiles(paths)) {
      if (isDraft && isOver(info)) left.push(path);
    }
    if (left.length === 0) return { status: "ok", detail: "No temporary files of interrupted writes" };
    const names = left.slice(0, 3).map((path) => relative(paths.home, path)).join(", ");
    return {
      status: "warning",
      detail: `${countOf(left.length, "temporary file")} of interrupted writes: ${names}${left.length > 3 ? " …" : ""}`,
      fix: { what: `remove ${countOf(left.length, "temporary file")}`, apply: () => remove(left) },
    };
  },
};

function isOver(info: Deno.FileInfo): boolean {
  return info.isFile && ownerProblem(info) === null && Date.now() - (info.mtime?.getTime() ?? 0) > MIN_AGE_MS;
}

async function remove(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const info = await lstatOrNull(path);
    if (info && isOver(info)) await Deno.remove(path);
  }
}
