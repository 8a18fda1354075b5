import { assertEquals, assertRejects } from "@std/assert";
import { deleteConfig, listConfig, loadConfig, setConfig } from "./config.ts";
import { CliError, ExitCode } from "../exit.ts";
import { type Paths, resolvePaths } from "../paths.ts";

async function withPaths(test: (paths: Paths) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await test(resolvePaths({ OPTA_HOME: `${home}/opta` }));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

async function write(paths: Paths, text: string): Promise<void> {
  await Deno.mkdir(paths.home, { recursive: true });
  await Deno.writeTextFile(paths.configFile, text);
}

Deno.test("setConfig() stores values with their types, for the owner alone", () =>
  withPaths(async (paths) => {
    await setConfig(paths, "connection.port", "4321");
    await setConfig(paths, "connection.host", "[::1]");
    await setConfig(paths, "permissions.write_file", "ask");
    await setConfig(paths, "daemon.allowedOrigins", "http://localhost:5173, https://opta.example");
    assertEquals(JSON.parse(await Deno.readTextFile(paths.configFile)), {
      connection: { port: 4321, host: "::1" },
      permissions: { write_file: "ask" },
      daemon: { allowedOrigins: "http://localhost:5173,https://opta.example" },
    });
    assertEquals((await Deno.stat(paths.configFile)).mode! & 0o777, 0o600);
  }));

Deno.test("setConfig() and deleteConfig() keep the keys of other releases", () =>
  withPaths(async (paths) => {
    await write(paths, '{"tui":{"theme":"dark"},"connection":{"ssh":{"user":"me"},"port":1}}');
    await setConfig(paths, "model.default", "qwen");
    assertEquals(await deleteConfig(paths, "connection.port"), true);
    assertEquals(await deleteConfig(paths, "connection.port"), false);
    assertEquals(JSON.parse(await Deno.readTextFile(paths.configFile)), {
      tui: { theme: "dark" },
      connection: { ssh: { user: "me" } },
      model: { default: "qwen" },
    });
  }));

const refused: [key: string, value: string, reason: string][] = [
  ["connection.port", "0", "from 1 to 65535"],
  ["connection.port", "12.5", "whole number"],
  ["connection.port", "", "whole number"],
  ["connection.host", "http://mac", "without scheme"],
  ["connection.host", "mac:1234", "without scheme"],
  ["connection.baseUrl", "ftp://mac", "http or https"],
  ["connection.baseUrl", "https://me:secret@mac/v1", "must not hold credentials"],
  ["anthropic.baseUrl", "http://gateway.example", "must be an https URL"],
  ["anthropic.baseUrl", "http://127.0.0.1.example", "must be an https URL"],
  ["anthropic.baseUrl", "gateway", "http or https"],
  ["provider.active", "claude", "auto, lmx, openai, anthropic, demo"],
  ["model.default", " ", "empty"],
  ["daemon.maxSessions", "many", "whole number"],
  ["daemon.allowedOrigins", "*", "must be origins"],
  ["daemon.allowedOrigins", "http://localhost:5173/, https://opta.example", "must be origins"],
  ["daemon.allowedOrigins", "null", "must be origins"],
  ["daemon.allowedOrigins", "", "must be origins"],
  ["permissions.run", "maybe", "allow, ask, deny"],
  ["conection.host", "mac", "did you mean connection.host?"],
  ["connection", "mac", "Unknown config key"],
  ["permissions.", "allow", "Unknown config key"],
  ["__proto__.port", "1", "Unknown config key"],
];

for (const [key, value, reason] of refused) {
  Deno.test(`setConfig() refuses ${key} = ${JSON.stringify(value)}`, () =>
    withPaths(async (paths) => {
      const error = await assertRejects(() => setConfig(paths, key, value), CliError, reason);
      assertEquals(error.exitCode, ExitCode.usage);
    }));
}

Deno.test("setConfig() takes a base URL for keys over https, and over http on this machine alone", () =>
  withPaths(async (paths) => {
    for (
      const url of ["https://gateway.example/anthropic", "http://127.0.0.1:8080", "http://[::1]", "http://localhost"]
    ) {
      assertEquals(await setConfig(paths, "anthropic.baseUrl", url), url);
    }
  }));

Deno.test("setConfig() does not repeat a secret that it refuses", () =>
  withPaths(async (paths) => {
    const error = await assertRejects(() => setConfig(paths, "connection.adminKey", "hunter2\nhunter2"), CliError);
    assertEquals(error.message.includes("hunter2"), false);
  }));

Deno.test("loadConfig() puts the environment before the file", () =>
  withPaths(async (paths) => {
    await setConfig(paths, "connection.host", "from-file");
    await setConfig(paths, "connection.port", "1111");
    const env = { OPTA_HOST: "from-env", OPTA_PORT: "", OPTA_PROVIDER: "lmx" };
    assertEquals(await loadConfig(paths, env), {
      "connection.host": "from-env",
      "connection.port": 1111,
      "provider.active": "lmx",
    });
    assertEquals((await listConfig(paths, env)).map(({ source }) => source), ["OPTA_HOST", "file", "OPTA_PROVIDER"]);
  }));

/** A config file and one profile, which is active. */
async function withProfile(paths: Paths, profile: Record<string, unknown>, file: Record<string, unknown> = {}) {
  await write(paths, JSON.stringify({ ...file, profiles: { active: "studio", environments: { old: {} } } }));
  await Deno.mkdir(`${paths.home}/profiles`);
  await Deno.writeTextFile(`${paths.home}/profiles/studio.json`, JSON.stringify(profile));
}

Deno.test("listConfig() puts the active profile between the environment and the file", () =>
  withPaths(async (paths) => {
    const file = { connection: { host: "file", port: 1 }, model: { default: "file", maxTokens: 5 } };
    await withProfile(paths, { host: "profile", model: "profile", mode: "plan" }, file);
    assertEquals(
      (await listConfig(paths, { OPTA_MODEL: "variable" })).map(({ key, value, source }) => [key, value, source]),
      [
        ["connection.host", "profile", "profile studio"],
        ["connection.port", 1, "file"],
        ["model.default", "variable", "OPTA_MODEL"],
        ["model.maxTokens", 5, "file"],
        ["turn.mode", "plan", "profile studio"],
      ],
    );
  }));

Deno.test("listConfig() does not let the URL of the file win over the host of the profile", () =>
  withPaths(async (paths) => {
    const file = { connection: { baseUrl: "http://file" } };
    await withProfile(paths, { host: "profile" }, file);
    assertEquals(await loadConfig(paths, {}), { "connection.host": "profile" });
  }));

Deno.test("loadConfig() refuses to go on without the active profile, whose failure listConfig() can hand over", () =>
  withPaths(async (paths) => {
    await withProfile(paths, { hots: "mac" }, { model: { default: "qwen" } });
    await assertRejects(() => loadConfig(paths, {}), CliError, 'Unknown key "hots"');
    await Deno.remove(`${paths.home}/profiles/studio.json`);
    const error = await assertRejects(() => loadConfig(paths, {}), CliError, "The active profile studio is gone");
    assertEquals(
      error.message.endsWith('Choose another with "opta env use NAME", or none with "opta env use none"'),
      true,
    );
    const told: string[] = [];
    const entries = await listConfig(paths, {}, ({ message }) => told.push(message));
    assertEquals([entries.map(({ value }) => value), told], [["qwen"], [error.message]]);
  }));

Deno.test("loadConfig() says where a value stands that cannot be used", () =>
  withPaths(async (paths) => {
    await assertRejects(() => loadConfig(paths, { OPTA_PORT: "x" }), CliError, 'OPTA_PORT is "x": must be');
    await write(paths, '{"connection":{"port":"x"}}');
    await assertRejects(
      () => loadConfig(paths, {}),
      CliError,
      `connection.port in ${paths.configFile} is "x": must be`,
    );
  }));

Deno.test("loadConfig() says so when the file holds something else than an object", async () => {
  for (const text of ["[]", "null", "", "/* nothing */ []"]) {
    await withPaths(async (paths) => {
      await write(paths, text);
      await assertRejects(() => loadConfig(paths, {}), CliError, "does not hold a JSON object");
    });
  }
});

Deno.test("a file that is broken is refused with line and column, and never overwritten", () =>
  withPaths(async (paths) => {
    const text = '{\n  // mine\n  "connection": { "host": "mac" \n';
    await write(paths, text);
    const place = `Cannot read ${paths.configFile}: line 4, column 1: a closing brace is missing`;
    await assertRejects(() => loadConfig(paths, {}), CliError, place);
    await assertRejects(() => setConfig(paths, "connection.port", "1"), CliError, place);
    await assertRejects(() => deleteConfig(paths, "connection.host"), CliError, place);
    assertEquals(await Deno.readTextFile(paths.configFile), text);
  }));

Deno.test("a file with comments and trailing commas is read, and changed around them", () =>
  withPaths(async (paths) => {
    const text = '{\n  // the study\n  "connection": {\n    "host": "mac", // by name\n  },\n}\n';
    await write(paths, text);
    assertEquals(await loadConfig(paths, {}), { "connection.host": "mac" });
    await setConfig(paths, "connection.host", "studio");
    assertEquals(await Deno.readTextFile(paths.configFile), text.replace("mac", "studio"));
  }));

Deno.test("config.jsonc stands in for config.json, and of both none counts", () =>
  withPaths(async (paths) => {
    await Deno.mkdir(paths.home, { recursive: true });
    const commented = `${paths.configFile}c`;
    await Deno.writeTextFile(commented, '{ /* ours */ "model": { "default": "qwen" } }');
    await setConfig(paths, "model.default", "llama");
    assertEquals(await Deno.readTextFile(commented), '{ /* ours */ "model": { "default": "llama" } }');
    assertEquals(await loadConfig(paths, {}), { "model.default": "llama" });
    await write(paths, "{}");
    const error = await assertRejects(() => loadConfig(paths, {}), CliError, "There are two config files");
    assertEquals([paths.configFile, commented].every((path) => error.message.includes(path)), true);
  }));

Deno.test("setConfig() leaves a file alone that is read-only, or a symlink, and says what to do", () =>
  withPaths(async (paths) => {
    await write(paths, "{}");
    await Deno.chmod(paths.configFile, 0o400);
    await assertRejects(
      () => setConfig(paths, "model.default", "llama"),
      CliError,
      "it is read-only. Let it be written",
    );
    await Deno.rename(paths.configFile, `${paths.home}/kept.json`);
    await Deno.symlink("kept.json", paths.configFile);
    await assertRejects(() => setConfig(paths, "model.default", "llama"), CliError, "Put the file itself there");
    assertEquals(await Deno.readTextFile(`${paths.home}/kept.json`), "{}");
  }));

Deno.test("setConfig() loses nothing where several settings are changed at once", () =>
  withPaths(async (paths) => {
    const tools = Array.from({ length: 12 }, (_, i) => `mcp__tool${i}`);
    await Promise.all(tools.map((tool) => setConfig(paths, `permissions.${tool}`, "ask")));
    const { permissions } = JSON.parse(await Deno.readTextFile(paths.configFile));
    assertEquals(Object.keys(permissions).sort(), tools.toSorted());
  }));

Deno.test("setConfig() does not replace what is no section", () =>
  withPaths(async (paths) => {
    await write(paths, '{"model":"qwen"}');
    await assertRejects(() => setConfig(paths, "model.default", "llama"), CliError, '"model" in the config file is no');
    assertEquals(await Deno.readTextFile(paths.configFile), '{"model":"qwen"}');
  }));
