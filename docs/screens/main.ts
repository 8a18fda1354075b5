/**
 * `deno task screens`: takes the pictures of docs/tui.md anew, as text, from the real program in a terminal.
 *
 *     --only a,b      these alone
 */
import { parseArgs } from "@std/cli/parse-args";
import { mask } from "./mask.ts";
import { openStage, scenes } from "./scenes.ts";

/** Of more backticks than a picture of Markdown holds in a row. */
const FENCE = "`".repeat(4);
const DOCUMENT = new URL("../tui.md", import.meta.url);

async function main(args: string[]): Promise<number> {
  const { only } = parseArgs(args, { string: ["only"] });
  const names = only?.split(",") ?? Object.keys(scenes);
  const unknown = names.filter((name) => !Object.hasOwn(scenes, name));
  if (unknown.length > 0) {
    console.error(`Unknown: ${unknown.join(", ")}. Scenes are ${Object.keys(scenes).join(", ")}.`);
    return 2;
  }
  for (const name of names) {
    console.error(`${name} …`);
    await using stage = await openStage();
    const rows = await scenes[name]!(stage);
    const picture = mask(rows.join("\n")).trimEnd();
    await Deno.writeTextFile(DOCUMENT, withPicture(await Deno.readTextFile(DOCUMENT), name, picture));
  }
  return 0;
}

/** @throws when the document has no place for it */
function withPicture(text: string, name: string, picture: string): string {
  const place = new RegExp(`(<!-- screen: ${name} -->\\n)[^]*?(<!-- end -->)`);
  if (!place.test(text)) throw new Error(`docs/tui.md has no place for the screen "${name}"`);
  return text.replace(place, (_, begin, end) => `${begin}\n${FENCE}text\n${picture}\n${FENCE}\n\n${end}`);
}

if (import.meta.main) Deno.exit(await main(Deno.args));
