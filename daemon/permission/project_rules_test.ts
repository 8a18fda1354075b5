import { assertEquals } from "@std/assert";
import { TestWorkspace } from "../tools/files/testing/test_workspace.ts";
import { parseProjectRules, ProjectRules } from "./project_rules.ts";

const ASK_ALL = [["*", "ask"]];

function rulesOf(text: string): string[][] {
  return parseProjectRules(text).map(({ tool, decision }) => [tool, decision]);
}

Deno.test("parseProjectRules() reads the permissions of a project's file, and asks for all where it cannot", () => {
  assertEquals(rulesOf('{"permissions":{"run_command":"deny","edit_file":"ask"},"other":1}'), [
    ["run_command", "deny"],
    ["edit_file", "ask"],
  ]);
  assertEquals(rulesOf("{}"), []);
  for (
    const text of ["", "{", "[]", '{"permissions":[]}', '{"permissions":{"a b":"deny"}}', '{"permissions":{"x":1}}']
  ) {
    assertEquals(rulesOf(text), ASK_ALL, text);
  }
});

Deno.test("ProjectRules reads the nearest file through a confined host, and none that lies outside the folders", async () => {
  await using space = await TestWorkspace.create();
  const { workspace } = space.hostOptions;
  const signal = new AbortController().signal;
  const read = async () =>
    (await new ProjectRules(space.hosts, workspace).read(signal)).map(({ tool, decision }) => [tool, decision]);
  assertEquals(await read(), []);
  const folder = `${workspace.cwd}/.opta`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/config.json`, '{"permissions":{"run_command":"deny"}}');
  assertEquals(await read(), [["run_command", "deny"]]);
  await Deno.remove(`${folder}/config.json`);
  await Deno.writeTextFile(`${space.folder}/outside/config.json`, '{"permissions":{"edit_file":"deny"}}');
  await Deno.symlink(`${space.folder}/outside/config.json`, `${folder}/config.json`);
  assertEquals(await read(), []);
});
