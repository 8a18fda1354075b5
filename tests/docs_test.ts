import { assertEquals } from "@std/assert";
import { renewed } from "../docs/generate.ts";

Deno.test("docs/protocol.md says what the code says (else: deno task docs)", async () => {
  const text = await Deno.readTextFile(new URL("../docs/protocol.md", import.meta.url));
  const plain = (text: string) => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
  assertEquals(plain(renewed(text)), plain(text));
});
