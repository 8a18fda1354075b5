/** The folders that hold everything: they are the user's own and for nobody else [security 5]. */
import { ensureFolders } from "../paths.ts";
import type { Check } from "./check.ts";
import { inspectFolder } from "./inspect_folder.ts";

export const checkHome: Check = {
  name: "home folder",
  async look({ paths }) {
    const { home, stateDir } = paths;
    const wrong: string[] = [];
    const missing: string[] = [];
    for (const path of [home, stateDir]) {
      const fact = await inspectFolder(path);
      switch (fact.kind) {
        case "fine":
          break;
        case "missing":
          missing.push(path);
          break;
        case "unusable":
          return { status: "failed", detail: `${path} ${fact.problem}` };
        case "mode":
          wrong.push(path);
          if (fact.isClosed) return closed(path, fact.mode);
          break;
        default:
          fact satisfies never;
      }
    }
    // Makes the folders that are missing, and sets the mode of those that are open to others.
    const apply = () => ensureFolders(paths);
    if (wrong.length > 0) {
      const detail = `${wrong.join(" and ")} must have mode 0700: other users may look into it`;
      return { status: "failed", detail, fix: { what: "set mode 0700", apply } };
    }
    if (missing.length > 0) {
      const [are, they] = missing.length > 1 ? ["are", "they are"] : ["is", "it is"];
      const detail = `${missing.join(" and ")} ${are} not there yet: ${they} made when needed`;
      return { status: "warning", detail, fix: { what: `make ${missing.join(" and ")}`, apply } };
    }
    return { status: "ok", detail: `${home} is yours alone` };
  },
};

function closed(path: string, mode: string) {
  const detail = `${path} has mode ${mode} and is closed to you as well`;
  return { status: "failed", detail, fix: { what: "set mode 0700", apply: () => Deno.chmod(path, 0o700) } } as const;
}
