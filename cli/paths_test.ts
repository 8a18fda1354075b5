import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CliError } from "./exit.ts";
import { ensureFolders, ensurePrivateDir, ownerProblem, resolvePaths } from "./paths.ts";

async function withTempDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function modeOf(path: string): Promise<number> {
  return (await Deno.lstat(path)).mode! & 0o777;
}

Deno.test("resolvePaths() puts everything under OPTA_HOME, else under the home folder", () => {
  assertEquals(resolvePaths({ OPTA_HOME: "/opta", HOME: "/home/me" }).stateDir, "/opta/daemon");
  assertEquals(resolvePaths({ OPTA_HOME: "", HOME: "/home/me" }).configFile, "/home/me/.config/opta/config.json");
  assertThrows(() => resolvePaths({}), CliError, "HOME");
});

Deno.test("ensureFolders() makes folders that only the user can enter", () =>
  withTempDir(async (dir) => {
    const paths = resolvePaths({ OPTA_HOME: `${dir}/deep/home` });
    await ensureFolders(paths);
    await ensureFolders(paths);
    assertEquals([await modeOf(paths.home), await modeOf(paths.stateDir)], [0o700, 0o700]);
  }));

Deno.test("ensurePrivateDir() closes a folder that was open to others", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(`${dir}/open`);
    await Deno.chmod(`${dir}/open`, 0o777);
    await ensurePrivateDir(`${dir}/open`);
    assertEquals(await modeOf(`${dir}/open`), 0o700);
  }));

Deno.test("ensurePrivateDir() does not close a folder that everybody shares", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(`${dir}/shared`);
    await Deno.chmod(`${dir}/shared`, 0o1777);
    await assertRejects(() => ensurePrivateDir(`${dir}/shared`), CliError, "everybody shares");
    assertEquals((await Deno.lstat(`${dir}/shared`)).mode! & 0o7777, 0o1777);
  }));

Deno.test("ensurePrivateDir() refuses a symlink, also one that leads nowhere, and a file [security 5]", () =>
  withTempDir(async (dir) => {
    await Deno.mkdir(`${dir}/real`);
    await Deno.symlink(`${dir}/real`, `${dir}/link`);
    await Deno.symlink(`${dir}/nowhere`, `${dir}/dangling`);
    await Deno.writeTextFile(`${dir}/file`, "");
    await assertRejects(() => ensurePrivateDir(`${dir}/link`), CliError, "symlink");
    await assertRejects(() => ensurePrivateDir(`${dir}/dangling`), CliError, "symlink");
    await assertRejects(() => ensurePrivateDir(`${dir}/file`), CliError, "not a folder");
  }));

Deno.test("ownerProblem() names a folder of another user [security 5]", async () => {
  const info = await Deno.stat(".");
  const uid = Deno.uid();
  if (uid === null) return; // a platform without owners
  assertEquals(ownerProblem({ ...info, uid }), null);
  assertEquals(ownerProblem({ ...info, uid: uid + 1 }), `belongs to another user (uid ${uid + 1})`);
});
