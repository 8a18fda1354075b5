import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { checkAnswerFile, writeAnswerFile } from "./answer_file.ts";

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const namesIn = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
const ignore = Deno.build.os === "windows";

Deno.test("writeAnswerFile() writes a new file and leaves no draft", () =>
  withFolder(async (folder) => {
    const path = join(folder, "answer.txt");
    await checkAnswerFile(path);
    await writeAnswerFile(path, "one\n");
    assertEquals(await Deno.readTextFile(path), "one\n");
    assertEquals(namesIn(folder), ["answer.txt"]);
  }));

Deno.test({
  name: "writeAnswerFile() replaces a file and keeps its mode and the symlink to it",
  ignore,
  fn: () =>
    withFolder(async (folder) => {
      const [path, link] = [join(folder, "answer.txt"), join(folder, "link")];
      await Deno.writeTextFile(path, "old", { mode: 0o640 });
      await Deno.symlink(path, link);
      await writeAnswerFile(link, "new");
      assertEquals(await Deno.readTextFile(path), "new");
      assertEquals((await Deno.stat(path)).mode! & 0o777, 0o640);
      assertEquals((await Deno.lstat(link)).isSymlink, true);
      assertEquals(namesIn(folder), ["answer.txt", "link"]);
    }),
});

Deno.test({
  name: "writeAnswerFile() writes into a device and does not replace it",
  ignore,
  fn: async () => {
    await writeAnswerFile("/dev/null", "gone");
    assertEquals((await Deno.stat("/dev/null")).isCharDevice, true);
  },
});

Deno.test("checkAnswerFile() refuses what cannot be written", () =>
  withFolder(async (folder) => {
    await assertRejects(() => checkAnswerFile(join(folder, "none", "a.txt")), CliError, "no folder");
    await assertRejects(() => checkAnswerFile(folder), CliError, "it is a folder");
  }));
