import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { TempFolders } from "./temp_folders.ts";

const report = () => {};
const isThere = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test("what a killed daemon has left of temporary files goes, and what this one has lent stays", async () => {
  const stateDir = await Deno.makeTempDir();
  try {
    await new TempFolders(stateDir, report).removeLeft(); // nothing was ever lent
    const left = new TempFolders(stateDir, report).make("s");
    await Deno.writeTextFile(join(left, "a"), "x");
    const folders = new TempFolders(stateDir, report);
    const own = folders.make("s");
    await folders.removeLeft();
    assertEquals([await isThere(left), await isThere(own)], [false, true]);
    await folders.remove("s");
    await folders.remove("s");
    assertEquals(await isThere(own), false);
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
});
