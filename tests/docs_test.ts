import { assertEquals } from "@std/assert";
import { generatedDocs, renewed } from "../docs/generate.ts";

for (const file of generatedDocs) {
  const name = file.pathname.split("/").at(-1);
  Deno.test(`docs/${name} says what the code says (else: deno task docs)`, async () => {
    const text = await Deno.readTextFile(file);
    const plain = (text: string) => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
    assertEquals(plain(renewed(text)), plain(text));
    assertEquals(text.includes("<!-- generated: "), true, "something is generated");
  });
}
