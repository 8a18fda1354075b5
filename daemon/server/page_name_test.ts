import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { pageName } from "./page_name.ts";

Deno.test("pageName() is random, the same after each start, and for the user alone", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const name = await pageName(folder);
    assertMatch(name, /^opta-[a-z2-9]{16}\.localhost$/);
    assertEquals(await pageName(folder), name);
    const { mode } = await Deno.stat(`${folder}/page_name`);
    if (mode !== null) assertEquals(mode & 0o777, 0o600);
    await Deno.writeTextFile(`${folder}/page_name`, "evil.example\n");
    const other = await pageName(folder);
    assertMatch(other, /^opta-[a-z2-9]{16}\.localhost$/);
    assertNotEquals(other, name);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
