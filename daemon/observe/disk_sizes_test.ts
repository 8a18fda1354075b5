import { assertEquals } from "@std/assert";
import { readDiskSizes } from "./disk_sizes.ts";

Deno.test("readDiskSizes() counts the log with its older files, and what checkpoints hold, up to a bound", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const nothing = { logBytes: 0, checkpoints: { bytes: 0, files: 0, isWhole: true } };
    assertEquals(await readDiskSizes(folder), nothing);
    await Deno.mkdir(`${folder}/checkpoints/session/set`, { recursive: true });
    const files = {
      "daemon.log": 10,
      "daemon.log.1": 5,
      "daemon.log.9": 100, // none of ours
      "checkpoints/session/set/manifest.json": 3,
      "checkpoints/session/set/abc": 4,
    };
    for (const [name, bytes] of Object.entries(files)) await Deno.writeFile(`${folder}/${name}`, new Uint8Array(bytes));
    assertEquals(await readDiskSizes(folder), { logBytes: 15, checkpoints: { bytes: 7, files: 2, isWhole: true } });
    const { files: counted, isWhole } = (await readDiskSizes(folder, 1)).checkpoints;
    assertEquals([counted, isWhole], [1, false]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
