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

Deno.test("RuleBook notices a file that took the place of another of the same time", async () => {
  await withFolder(async (folder, open) => {
    const book = open();
    const path = `${folder}/${RULES_FILE}`;
    for (
      const [text, tool] of [['{"edit_file":"deny"}', "edit_file"], ['{"read_file":"deny"}', "read_file"]] as const
    ) {
      await Deno.writeTextFile(`${path}.new`, text);
      await Deno.utime(`${path}.new`, 1, 1);
      await Deno.rename(`${path}.new`, path);
      assertEquals((await book.rules())[0]?.tool, tool);
    }
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

Deno.test("RuleBook keeps all that is chosen for always at the same moment, and each once", async () => {
  await withFolder(async (folder, open) => {
    const rules = ["run_command: a", "run_command: b", "run_command: a"].map((text) => parseRule(text, "allow")!);
    const book = open();
    await Promise.all(rules.map((rule) => book.remember("/a", rule)));
    for (const each of [book, open()]) assertEquals(await each.always("/a"), rules.slice(1));
    const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    assertEquals(names, ["grants.json"]);
  });
});

Deno.test("RuleBook allows what was chosen for always also when it cannot be kept, and says so", async () => {
  await withFolder(async (folder, _open, reports) => {
    const book = new RuleBook(`${folder}/gone`, (_level, message) => reports.push(message));
    const rule = parseRule("run_command: a", "allow")!;
    await book.remember("/a", rule);
    assertEquals(await book.always("/a"), [rule]);
    assertEquals(reports, ["What was allowed for always cannot be kept: it is asked for again after a restart"]);
  });
});
