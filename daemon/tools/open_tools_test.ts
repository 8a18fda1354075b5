import { assertEquals } from "@std/assert";
import { setTimeout as delay } from "node:timers/promises";
import { openTools } from "./open_tools.ts";

async function foldersIn(folder: string): Promise<string[]> {
  const paths = await Array.fromAsync(Deno.readDir(folder), ({ name }) => `${folder}/${name}`);
  return paths.toSorted();
}

Deno.test("what a daemon that was killed has left of temporary files goes, and nothing of what is in use", async () => {
  const base = await Deno.realPath(await Deno.makeTempDir());
  const [cwd, stateDir] = [`${base}/work`, `${base}/state`];
  const left = `${stateDir}/tmp/left/by/another`;
  await Deno.mkdir(left, { recursive: true });
  await Deno.mkdir(cwd);
  for (let i = 0; i < 500; i++) Deno.writeTextFileSync(`${left}/${i}`, "");
  {
    await using tools = openTools({ home: base, stateDir }, {
      report() {},
      emit() {},
      workspaceOf: () => Promise.resolve({ cwd, dirs: [] }),
    });
    const hosts = await tools.hostsOf("s1");
    await hosts?.runner();
    const isThere = () => Deno.stat(`${stateDir}/tmp/left`).then(() => true, () => false);
    while (await isThere()) await delay(1);
    const [own = ""] = await foldersIn(`${stateDir}/tmp`);
    assertEquals((await foldersIn(own)).length, 1);
  }
  const [own = ""] = await foldersIn(`${stateDir}/tmp`);
  assertEquals(await foldersIn(own), []);
  await Deno.remove(base, { recursive: true });
});
