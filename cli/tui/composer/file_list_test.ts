import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { listByWalk, listFiles } from "./file_list.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "opta-files-" });
  try {
    for (const file of ["a.ts", "src/b c.ts", "src/deep/d.ts", "node_modules/x/index.js", ".git/config"]) {
      await Deno.mkdir(join(folder, file, ".."), { recursive: true });
      await Deno.writeTextFile(join(folder, file), "");
    }
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const wanted = ["a.ts", "src/b c.ts", "src/deep/d.ts"];

Deno.test("listFiles() lists a folder without .git", async () => {
  await withFolder(async (folder) => {
    const files = await listFiles(folder, new AbortController().signal);
    assertEquals(files.filter((file) => !file.startsWith("node_modules/")).sort(), wanted);
  });
});

Deno.test("listByWalk() passes over heavy folders, and over a folder that is not there", async () => {
  await withFolder(async (folder) => {
    assertEquals(await listByWalk(folder, new AbortController().signal), wanted);
    assertEquals(await listByWalk(join(folder, "none"), new AbortController().signal), []);
    assertEquals(await listByWalk(folder, AbortSignal.abort()), []);
  });
});
