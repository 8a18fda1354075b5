/** `opta sessions`: lists, searches, shows, exports, renames, tags and deletes, as scripts and people do. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Opta } from "./support/opta.ts";

async function json(opta: Opta, words: string[]) {
  const { code, stdout, stderr } = await opta.run([...words, "--json"]);
  assertEquals(code, 0, stderr);
  return JSON.parse(stdout);
}

Deno.test("opta sessions finds what there is by words, tags and time, and changes it", async () => {
  await using opta = await Opta.create();
  assertEquals(await json(opta, ["sessions", "list"]), []);
  const ids: string[] = [];
  for (const task of ["echo docker network", "echo the parser"]) {
    ids.push(JSON.parse((await opta.run(["do", "--format", "json", task])).stdout).sessionId);
  }
  const listed = (await json(opta, ["sessions", "list"])) as { sessionId: string }[];
  assertEquals(listed.map(({ sessionId }) => sessionId), ids.toReversed());
  assertEquals((await json(opta, ["sessions", "list", "--limit", "1"])).length, 1);
  const found = async (...words: string[]) =>
    (await json(opta, ["sessions", ...words])).map(({ sessionId }: { sessionId: string }) => sessionId);
  assertEquals(await found("search", "dock", "netw"), [ids[0]]);
  assertEquals(await found("list", "--since", "1h"), ids.toReversed());

  assertEquals((await opta.run(["sessions", "rename", ids[0]!, "All", "about", "networks"])).code, 0);
  assertEquals((await json(opta, ["sessions", "tag", ids[0]!, "work", "draft"])).tags, ["work", "draft"]);
  assertEquals((await opta.run(["sessions", "tag", ids[0]!, "-draft"])).stdout, "work\n");
  assertEquals(await found("list", "--tag", "work"), [ids[0]]);
  const table = (await opta.run(["sessions", "list"])).stdout;
  assertStringIncludes(table, "All about networks  #work");

  const shown = await opta.run(["sessions", "show", ids[0]!.slice(0, 13)]);
  assertStringIncludes(shown.stdout, "# All about networks");
  const file = `${opta.home}/talk.jsonl`;
  assertEquals((await opta.run(["sessions", "export", ids[0]!, "-f", "jsonl", "-o", file])).code, 0);
  const events = (await Deno.readTextFile(file)).trimEnd().split("\n").map((line) => JSON.parse(line).seq);
  assertEquals(events, events.map((_, i) => i + 1));

  const asked = await opta.run(["sessions", "delete", ids[0]!]);
  assertEquals(asked.code, 2, "a script must say that it means it");
  assertStringIncludes(asked.stderr, "--yes");
  assertEquals(await json(opta, ["sessions", "delete", ids[0]!, "--yes"]), { deleted: [ids[0]] });
  assertEquals(await found("list"), [ids[1]]);
  for (const empty of ["", "s", "sess_"]) { // as from a variable of a script that was never set
    const { code, stderr } = await opta.run(["sessions", "delete", empty, "--yes"]);
    assertEquals(code, 2);
    assertStringIncludes(stderr, `There is no session ${JSON.stringify(empty)}. List them with "opta sessions list"`);
  }
  assertEquals(await found("list"), [ids[1]]);
  const missing = await opta.run(["sessions", "show", ids[0]!]);
  assert(missing.code === 2 && missing.stderr.includes("There is no session"), missing.stderr);
});
