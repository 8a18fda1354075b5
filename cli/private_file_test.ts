import { assertEquals, assertRejects } from "@std/assert";
import { CliError } from "./exit.ts";
import { readPrivateFile, writePrivateFile } from "./private_file.ts";

async function withTempDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("writePrivateFile() replaces a file as a whole, for its owner alone, and leaves no draft", () =>
  withTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/file`, "a longer text from before", { mode: 0o644 });
    await writePrivateFile(`${dir}/file`, "new");
    assertEquals(await readPrivateFile(`${dir}/file`), "new");
    assertEquals((await Deno.stat(`${dir}/file`)).mode! & 0o777, 0o600);
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["file"]);
  }));

Deno.test("writePrivateFile() replaces a symlink and not what it leads to [security 5]", () =>
  withTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/target`, "untouched");
    await Deno.symlink(`${dir}/target`, `${dir}/link`);
    await writePrivateFile(`${dir}/link`, "new");
    assertEquals(await Deno.readTextFile(`${dir}/target`), "untouched");
    assertEquals(await readPrivateFile(`${dir}/link`), "new");
  }));

Deno.test("writePrivateFile() that fails leaves no draft", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(`${dir}/taken/by`, { recursive: true });
    await assertRejects(() => writePrivateFile(`${dir}/taken`, "new"));
    assertEquals((await Array.fromAsync(Deno.readDir(dir))).map(({ name }) => name), ["taken"]);
  }));

Deno.test("readPrivateFile() refuses a symlink and finds nothing where nothing is [security 5]", () =>
  withTempDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/target`, "");
    await Deno.symlink(`${dir}/target`, `${dir}/link`);
    await assertRejects(() => readPrivateFile(`${dir}/link`), CliError, "symlink");
    assertEquals(await readPrivateFile(`${dir}/missing`), null);
  }));
