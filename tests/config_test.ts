/** `opta config`, `env` and `mcp` as a user has them whose files hold comments, and what they say to typing errors. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";

const CONFIG = `{
  // which model
  "model": {
    "default": "qwen", // the small one
  },
  "prot": 1,
}
`;

/** Nothing of the environment is in force beside the home. */
async function withConfig(text = CONFIG) {
  const opta = await Opta.create();
  const path = join(opta.home, "config.jsonc");
  await Deno.writeTextFile(path, text, { mode: 0o600 });
  return { opta, path, text: () => Deno.readTextFile(path), [Symbol.asyncDispose]: () => opta[Symbol.asyncDispose]() };
}

Deno.test("every command that changes the config leaves the comments of its user", async () => {
  await using c = await withConfig();
  for (
    const words of [
      ["config", "set", "model.maxTokens", "100"],
      ["env", "save", "studio", "--host", "mac"],
      ["env", "use", "studio"],
      ["config", "set", "permissions.run_command: git *", "allow"],
      ["models", "use", "llama"],
      ["config", "delete", "model.maxTokens"],
    ]
  ) {
    const { code, stderr } = await c.opta.run(words);
    assertEquals(code, 0, stderr);
  }
  assertEquals(
    await c.text(),
    CONFIG.replace('"qwen"', '"llama"').replace(
      '"prot": 1,\n',
      `"prot": 1,
  "profiles": {
    "active": "studio"
  },
  "permissions": {
    "run_command: git *": "allow"
  },
`,
    ),
  );
  assertEquals((await c.opta.run(["config", "path", "--json"])).stdout, `{\n  "path": "${c.path}"\n}\n`);
});

Deno.test("opta config list names keys that nobody knows, and set refuses a tool that nobody has", async () => {
  await using c = await withConfig('{"model":{"defualt":"x"}}');
  const list = await c.opta.run(["config", "list"]);
  assertEquals([list.code, list.stderr.match(/did you mean model.default\?/g)?.length], [0, 1]);
  const typo = await c.opta.run(["config", "set", "permissions.run_comand", "deny"]);
  assertEquals(typo.code, 2);
  assertStringIncludes(typo.stderr, "did you mean permissions.run_command?");
  assertEquals((await c.opta.run(["config", "set", "permissions.run_comand", "deny", "--force"])).code, 0);
  assertEquals((await c.opta.run(["config", "set", "permissions.mcp__x__run_comand", "deny"])).code, 0);
});

Deno.test("opta config reset asks first, and without a terminal wants --yes", async () => {
  await using c = await withConfig();
  const silent = await c.opta.run(["config", "reset"]);
  assertEquals([silent.code, await c.text()], [2, CONFIG]);
  {
    await using terminal = c.opta.terminal(["config", "reset"], { columns: 160 });
    await terminal.until("[y/N]");
    terminal.type("n\r");
    assertEquals([await terminal.exit(), await c.text()], [130, CONFIG]);
  }
  const { code, stdout } = await c.opta.run(["config", "reset", "--yes", "--json"]);
  assertEquals([code, JSON.parse(stdout)], [0, { reset: ["model.default"], backup: `${c.path}.bak` }]);
  assertEquals(await Deno.readTextFile(`${c.path}.bak`), CONFIG);
  assertEquals(await c.text(), '{\n  // which model\n  // the small one\n  "prot": 1,\n}\n');
  await c.opta.run(["config", "set", "turn.mode", "plan"]);
  assertEquals((await c.opta.run(["config", "reset", "turn.mode"])).code, 0);
  assertEquals((await c.opta.run(["config", "get", "turn.mode"])).code, 1);
});
