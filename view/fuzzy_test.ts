import { assertEquals, assertRejects } from "@std/assert";
import { rank, rankLong, SLICE } from "./fuzzy.ts";

const files = ["src/server/handler.ts", "src/client/hand.ts", "docs/handbook.md", "README.md"];
const found = (query: string) => rank(query, files, (file) => file).map(({ item }) => item);

Deno.test("rank() gives what fits, the best first, and says where", () => {
  assertEquals(found("hand.ts")[0], "src/client/hand.ts");
  assertEquals(found("readme"), ["README.md"]);
  assertEquals(found("zzz"), []);
  assertEquals(rank("me", ["README"], (file) => file)[0]?.places.length, 2);
});

Deno.test("rank() gives everything in its order for an empty query, up to its bound", () => {
  assertEquals(found("  "), files);
  assertEquals(rank("", Array.from({ length: 500 }, (_, i) => i), String).length, 100);
});

Deno.test("rankLong() gives the best of all parts of a list, and stops when nobody waits any more", async () => {
  const items = Array.from({ length: 2 * SLICE + 10 }, (_, i) => `src/${i}/file.ts`);
  const wanted = `src/${2 * SLICE + 5}/file.ts`;
  const { signal } = new AbortController();
  const found = await rankLong(String(2 * SLICE + 5), items, String, signal);
  assertEquals(found[0]?.item, wanted);
  assertEquals((await rankLong(" ", items, String, signal)).length, 100);
  await assertRejects(() => rankLong("file", items, String, AbortSignal.abort(new Error("gone"))), Error, "gone");
});
