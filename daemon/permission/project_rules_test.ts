import { hashProjectFile } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { TestWorkspace } from "../tools/files/testing/test_workspace.ts";
import { parseProjectRules, ProjectRules, type ProjectRulesOptions } from "./project_rules.ts";
import type { Rule } from "./rule.ts";

const ASK_ALL = [["*", "ask"]];
const signal = new AbortController().signal;

function shown(rules: readonly Rule[]): string[][] {
  return rules.map(({ tool, decision }) => [tool, decision]);
}

function rulesIn({ hosts, hostOptions }: TestWorkspace, options: Partial<ProjectRulesOptions> = {}): ProjectRules {
  const { workspace, home, optaHome } = hostOptions;
  return new ProjectRules({ hosts, workspace, home, optaHome, isTrusted: () => Promise.resolve(false), ...options });
}

Deno.test("parseProjectRules() reads the permissions of a project's file, and asks for all where it cannot", async () => {
  const text = '{/* ours */"permissions":{"run_command":"deny","edit_file":"ask",},"other":1}';
  assertEquals(shown(await parseProjectRules(text)), [["run_command", "deny"], ["edit_file", "ask"]]);
  assertEquals(await parseProjectRules("{}"), []);
  const many = Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`run_command: ${i}`, "deny"]));
  for (
    const text of [
      ...["", "{", "[]", '{"permissions":[]}', '{"permissions":{"a b":"deny"}}', '{"permissions":{"x":1}}'],
      ...["[".repeat(60_000), JSON.stringify({ permissions: many })],
    ]
  ) {
    assertEquals(shown(await parseProjectRules(text)), ASK_ALL, text.slice(0, 80));
  }
});

Deno.test("ProjectRules reads the nearest file through a confined host, and asks for all where it must not follow", async () => {
  await using space = await TestWorkspace.create();
  const { workspace } = space.hostOptions;
  const read = async () => shown(await rulesIn(space).read(signal));
  assertEquals(await read(), []);
  const folder = `${workspace.cwd}/.opta`;
  await Deno.mkdir(folder);
  await Deno.writeTextFile(`${folder}/config.json`, '{"permissions":{"run_command":"deny","edit_file":"allow"}}');
  assertEquals(await read(), [["run_command", "deny"]], "what it allows does not count");
  await Deno.writeTextFile(`${folder}/config.jsonc`, "{}");
  assertEquals(await read(), ASK_ALL, "nobody can tell which of two counts");
  await Deno.remove(`${folder}/config.jsonc`);
  await Deno.remove(`${folder}/config.json`);
  await Deno.writeTextFile(`${space.folder}/outside/config.json`, '{"permissions":{"edit_file":"deny"}}');
  await Deno.symlink(`${space.folder}/outside/config.json`, `${folder}/config.json`);
  assertEquals(await read(), ASK_ALL);
});

Deno.test("ProjectRules holds the file of a repository in its sub-folders, and none that lies above the repository", async () => {
  await using space = await TestWorkspace.create();
  const { workspace } = space.hostOptions;
  const sub = `${workspace.cwd}/packages/one`;
  await Deno.mkdir(sub, { recursive: true });
  space.hostOptions.workspace = { cwd: sub, roots: [sub] };
  const read = async () => shown(await rulesIn(space, { workspace: space.hostOptions.workspace }).read(signal));
  for (const [folder, tool] of [[space.folder, "edit_file"], [workspace.cwd, "run_command"]] as const) {
    await Deno.mkdir(`${folder}/.opta`);
    await Deno.writeTextFile(`${folder}/.opta/config.jsonc`, `{"permissions":{"${tool}":"deny"}}`);
  }
  assertEquals(await read(), [], "outside of home and repository it is the folder alone");
  await Deno.writeTextFile(`${workspace.cwd}/.git`, "gitdir: elsewhere"); // as a worktree has it
  assertEquals(await read(), [["run_command", "deny"]]);
  await Deno.remove(`${workspace.cwd}/.opta`, { recursive: true });
  assertEquals(await read(), []);
});

Deno.test("ProjectRules lets what a file allows count for exactly the text that is trusted", async () => {
  await using space = await TestWorkspace.create();
  const path = `${space.hostOptions.workspace.cwd}/.opta/config.jsonc`;
  await Deno.mkdir(`${space.hostOptions.workspace.cwd}/.opta`);
  const text = '{"permissions":{"run_command":"allow"}}';
  const known = `${path} ${await hashProjectFile(text)}`;
  const isTrusted = (path: string, sha256: string) => Promise.resolve(known === `${path} ${sha256}`);
  const read = async () => shown(await rulesIn(space, { isTrusted }).read(signal));
  await Deno.writeTextFile(path, text);
  assertEquals(await read(), [["run_command", "allow"]]);
  await Deno.writeTextFile(path, `${text} `);
  assertEquals(await read(), []);
});

Deno.test("ProjectRules asks for all while it cannot look, and looks again the next time", async () => {
  await using space = await TestWorkspace.create();
  const rules = rulesIn(space, { now: () => 0 });
  assertEquals(shown(await rules.read(AbortSignal.abort())), ASK_ALL);
  assertEquals(await rules.read(signal), []);
  await Deno.mkdir(`${space.hostOptions.workspace.cwd}/.opta`);
  await Deno.writeTextFile(`${space.hostOptions.workspace.cwd}/.opta/config.json`, '{"permissions":{"x":"deny"}}');
  assertEquals(await rules.read(signal), [], "what was found holds for a moment");
});
