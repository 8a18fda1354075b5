import { assertEquals } from "@std/assert";
import { mask } from "../docs/screens/mask.ts";
import { scenes } from "../docs/screens/scenes.ts";
import { generatedDocs, renewed } from "../docs/generate.ts";

Deno.test("everything that the client library gives out is documented (see deno doc --lint)", async () => {
  const entries = ["protocol/client/mod.ts", "npm/node/mod.ts"].map((path) =>
    new URL(`../${path}`, import.meta.url).href
  );
  const args = ["doc", "--lint", ...entries];
  const { stderr } = await new Deno.Command(Deno.execPath(), { args, env: { NO_COLOR: "1" }, stdin: "null" }).output();
  const faults = new TextDecoder().decode(stderr).split("\n\n").filter((text) => text.startsWith("error["));
  // Types that zod makes of schemas are private to it; they are documented where the schemas are.
  assertEquals(faults.filter((text) => !text.startsWith("error[private-type-ref]")), []);
  assertEquals(faults.length > 0, true, "it has looked");
});

for (const file of generatedDocs) {
  const name = file.pathname.split("/").at(-1);
  Deno.test(`docs/${name} says what the code says (else: deno task docs)`, async () => {
    const text = await Deno.readTextFile(file);
    const plain = (text: string) => text.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");
    assertEquals(plain(await renewed(text)), plain(text), `docs/${name} is stale: write it anew with "deno task docs"`);
    assertEquals(text.includes("<!-- generated: "), true, "something is generated");
  });
}

Deno.test("docs/tui.md has a picture of every scene (else: deno task screens)", async () => {
  const text = await Deno.readTextFile(new URL("../docs/tui.md", import.meta.url));
  const pictures = [...text.matchAll(/<!-- screen: (\w+) -->\n\n````text\n([^]+?)\n````\n\n<!-- end -->/g)];
  assertEquals(pictures.map(([, name]) => name).sort(), Object.keys(scenes).sort());
  for (const [, , picture = ""] of pictures) {
    assertEquals(picture, mask(picture));
    assertEquals(picture.split("\n").length <= 24, true);
  }
});

Deno.test("no page holds what a merge has left, and every link to a file of the repository leads somewhere", async () => {
  const wrong: string[] = [];
  for (const page of ["README.md", ...await pagesOf("docs"), ...await pagesOf("docs/decisions")]) {
    const url = new URL(`../${page}`, import.meta.url);
    const text = await Deno.readTextFile(url);
    if (/^(?:<{7}|>{7}|\| ={7})/m.test(text)) wrong.push(`${page}: marks of a merge`);
    for (const [, target = ""] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      if (!await Deno.stat(new URL(target, url)).then(() => true, () => false)) wrong.push(`${page}: ${target}`);
    }
  }
  assertEquals(wrong, []);
});

async function pagesOf(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(`../${folder}/`, import.meta.url)));
  return entries.filter(({ name }) => name.endsWith(".md")).map(({ name }) => `${folder}/${name}`).toSorted();
}
