import { assertEquals } from "@std/assert";
import { rank } from "./fuzzy.ts";

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
