import { ALREADY_RUNNING_EXIT_CODE, stateFiles } from "@opta/protocol";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { takeInstanceLock } from "./instance_lock.ts";
import { StartError } from "./start_error.ts";
import { removeStateFile, writeStateFile } from "./state_file.ts";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const state = {
  pid: 4_711,
  daemonId: "d",
  host: "127.0.0.1",
  port: 9_999,
  token: "t".repeat(43),
  startedAt: "2026-11-22T10:00:00.000Z",
  logsPath: "/l",
  version: "0",
};

Deno.test("takeInstanceLock() lets one in, names it to the next, and lets that in once it is given back", () =>
  withFolder(async (folder) => {
    {
      using _ = await takeInstanceLock(folder);
      await writeStateFile(folder, state);
      const error = await assertRejects(() => takeInstanceLock(folder), StartError);
      assertEquals(error.exitCode, ALREADY_RUNNING_EXIT_CODE);
      for (const text of ["pid 4711", "127.0.0.1:9999", state.startedAt]) assertStringIncludes(error.message, text);
      assertEquals(error.message.includes(state.token), false);
    }
    using _ = await takeInstanceLock(folder);
  }));

Deno.test("takeInstanceLock() names a command that has the lock, but none that had it before", () =>
  withFolder(async (folder) => {
    const named = `a command with --no-daemon has the sessions (pid ${Deno.pid}, since `;
    const message = async () => (await assertRejects(() => takeInstanceLock(folder), StartError)).message;
    {
      using _ = await takeInstanceLock(folder, "command");
      assertStringIncludes(await message(), named);
    }
    using _ = await takeInstanceLock(folder);
    assertEquals((await message()).includes(named), false);
  }));

Deno.test("takeInstanceLock() is refused politely when the holder has said nothing yet, or something damaged", () =>
  withFolder(async (folder) => {
    using _ = await takeInstanceLock(folder);
    for (const text of [null, "", "{", "{}"]) {
      if (text !== null) await Deno.writeTextFile(`${folder}/${stateFiles.state}`, text);
      const error = await assertRejects(() => takeInstanceLock(folder), StartError);
      assertStringIncludes(error.message, "starting or stopping");
    }
  }));

Deno.test("takeInstanceLock() follows no symlink and takes no folder: what is there stays as it is [security 5]", () =>
  withFolder(async (folder) => {
    const [lock, other] = [`${folder}/${stateFiles.lock}`, `${folder}/other`];
    await Deno.writeTextFile(other, "precious");
    await Deno.symlink(other, lock);
    const error = await assertRejects(() => takeInstanceLock(folder), StartError);
    assertStringIncludes(error.message, `${lock}: it is a symlink. Remove it`);
    assertEquals(await Deno.readTextFile(other), "precious");
    await Deno.remove(lock);
    await Deno.mkdir(lock);
    assertStringIncludes((await assertRejects(() => takeInstanceLock(folder), StartError)).message, lock);
  }));

Deno.test("takeInstanceLock() waits out somebody who only looks", () =>
  withFolder(async (folder) => {
    const looking = await takeInstanceLock(folder);
    const taken = takeInstanceLock(folder);
    looking[Symbol.dispose]();
    (await taken)[Symbol.dispose]();
  }));

Deno.test("writeStateFile() replaces what a crash left, whole and 0600; removeStateFile() may come twice", () =>
  withFolder(async (folder) => {
    const path = `${folder}/${stateFiles.state}`;
    await Deno.writeTextFile(path, "left", { mode: 0o644 });
    await Deno.writeTextFile(`${path}.tmp`, "half", { mode: 0o644 });
    await writeStateFile(folder, state);
    assertEquals(JSON.parse(await Deno.readTextFile(path)), state);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    await removeStateFile(folder);
    await removeStateFile(folder);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  }));
