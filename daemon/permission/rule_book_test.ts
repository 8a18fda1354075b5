import { RULES_FILE } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { parseRule } from "./rule.ts";
import { RuleBook } from "./rule_book.ts";

async function withFolder(test: (folder: string, book: () => RuleBook, reports: string[]) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  const reports: string[] = [];
  try {
    await test(folder, () => new RuleBook(folder, (_level, message) => reports.push(message)), reports);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("RuleBook reads the rules again when the file has changed", async () => {
  await withFolder(async (folder, open) => {
    const book = open();
    assertEquals(await book.rules(), []);
    const path = `${folder}/${RULES_FILE}`;
    await Deno.writeTextFile(path, '{"run_command: git *":"allow"}');
    assertEquals(await book.rules(), [{ tool: "run_command", pattern: "git *", decision: "allow" }]);
    await Deno.writeTextFile(path, '{"edit_file":"deny"}');
    await Deno.utime(path, 1, 1); // a clock that stands still must not hide the change
    assertEquals((await book.rules())[0]?.tool, "edit_file");
  });
});

Deno.test("RuleBook allows nothing while the rules cannot be read", async () => {
  await withFolder(async (folder, open, reports) => {
    for (const text of ["{", '{"a b":"allow"}', '{"edit_file":"yes"}']) {
      await Deno.writeTextFile(`${folder}/${RULES_FILE}`, text);
      assertEquals((await open().rules()).map(({ tool, decision }) => [tool, decision]), [["*", "deny"]]);
    }
    assertEquals(reports.length, 3);
  });
});

Deno.test("RuleBook keeps what was chosen for always, for its workspace", async () => {
  await withFolder(async (folder, open) => {
    const rule = parseRule("run_command: npm test", "allow")!;
    const book = open();
    assertEquals(await book.always("/a"), []);
    await book.remember("/a", rule);
    for (const each of [book, open()]) {
      assertEquals(await each.always("/a"), [rule]);
      assertEquals(await each.always("/b"), []);
    }
    assertEquals((await Deno.stat(`${folder}/grants.json`)).mode! & 0o777, 0o600);
  });
});
