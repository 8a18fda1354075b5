import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { listBy, listByWalk, listFiles } from "./file_list.ts";

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
    assertEquals(files.filter((file) => !file.startsWith("node_modules/")), wanted);
  });
});

Deno.test("listBy() leaves out what no message can name, and gives nothing of a program that is not to be had", async () => {
  await withFolder(async (folder) => {
    const { signal } = new AbortController();
    const names = ["b\\033[31m", "a", "with\\nfeed", "\\302\\233c", "c d"].join("\\0");
    assertEquals(await listBy(["printf", `${names}\\0cut`], folder, signal), ["a", "c d"]);
    assertEquals(await listBy(["no-such-lister"], folder, signal), null);
    assertEquals(await listBy(["false"], folder, signal), null);
    assertEquals(await listBy(["sleep", "60"], folder, AbortSignal.abort()), null);
  });
});

Deno.test("listBy() stops a program that has listed enough", async () => {
  await withFolder(async (folder) => {
    const files = await listBy(["sh", "-c", "yes a | tr '\\n' '\\0'"], folder, new AbortController().signal);
    assertEquals(files?.length, 20_000);
  });
});

Deno.test("listByWalk() passes over heavy folders, and over a folder that is not there", async () => {
  await withFolder(async (folder) => {
    assertEquals(await listByWalk(folder, new AbortController().signal), wanted);
    assertEquals(await listByWalk(join(folder, "none"), new AbortController().signal), []);
    assertEquals(await listByWalk(folder, AbortSignal.abort()), []);
  });
});
