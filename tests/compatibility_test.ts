/** Holds the commands to docs/compatibility.md, both ways: what is promised is there, and what is there is written down. */
import type { Command } from "@commander-js/extra-typings";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { colorsFor } from "../cli/output/colors.ts";
import { everyCommand, helpTextOf, loadCommandTree } from "../cli/program/command_tree.ts";
import { configFields, isToolKey, parseValue } from "../cli/config/config_keys.ts";
import { composeLaunch } from "../cli/daemon_control/launch_settings.ts";
import { CliError, ExitCode, exitMeanings } from "../cli/exit.ts";
import { isWithoutDaemon } from "../cli/program/no_daemon.ts";
import { resolvePaths } from "../cli/paths.ts";
import { variables } from "../cli/program/variables.ts";
import { freePort } from "./support/free_port.ts";
import { codesOf, tablesUnder } from "./support/markdown_tables.ts";
import { Opta } from "./support/opta.ts";

const page = await Deno.readTextFile(new URL("../docs/compatibility.md", import.meta.url));

/** What the page says of one command, its two tables together. */
interface Written {
  args: string[];
  flags: string[];
}

const written = new Map<string, Written>();
for (const heading of ["Commands and flags", "Since then"]) {
  for (const [names, args, flags] of tablesUnder(page, heading).get("command") ?? []) {
    for (const name of codesOf(names)) {
      const { args: earlierArgs, flags: earlierFlags } = written.get(name) ?? { args: [], flags: [] };
      written.set(name, { args: [...earlierArgs, ...codesOf(args)], flags: [...earlierFlags, ...codesOf(flags)] });
    }
  }
}

const tree = new Map(everyCommand(await loadCommandTree()).map(({ path, command }) => [path, command]));

for (const path of new Set([...written.keys(), ...tree.keys()])) {
  Deno.test(`${path} has what docs/compatibility.md says, and nothing that it does not say`, () => {
    const command = tree.get(path);
    const said = written.get(path);
    assert(command, `${path} is promised, and there is no such command`);
    assert(said, `${path} stands in no table of docs/compatibility.md: add it to "Since then"`);
    const flags = flagsOf(command);
    const missing = said.flags.filter((flag) => !flags.includes(flag));
    assertEquals(missing, [], `promised, and not in "${path} --help"`);
    const surplus = flags.filter((flag) => !said.flags.includes(flag));
    assertEquals(surplus, [], `in "${path} --help", and in no table: add it to "Since then"`);
    assertEquals(said.flags.length, new Set(said.flags).size, `a flag of ${path} stands twice in the tables`);
    assertEquals(said.args, argumentsOf(command), `arguments of ${path}`);
  });
}

/** As `--help` lists them, and those that it hides. */
function flagsOf(command: Command): string[] {
  const [, section = ""] = /\nOptions:\n([^]*?)\n\n/.exec(`${helpTextOf(command).usage}\n`) ?? [];
  const shown = [...section.matchAll(/^ {2}(-.*?)(?: {2}|$)/gm)].map(([, flags]) => flags!);
  assert(shown.includes("-h, --help"), "its help tells of --help");
  const hidden = command.options.filter((option) => option.hidden).map(({ flags }) => flags);
  return [...shown.filter((flags) => flags !== "-h, --help"), ...hidden];
}

function argumentsOf({ registeredArguments }: Command): string[] {
  return registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? "..." : "");
    return argument.required ? `<${name}>` : `[${name}]`;
  });
}

Deno.test("commands have the other names that docs/compatibility.md says, and no more", () => {
  const rows = tablesUnder(page, "Other names").get("name") ?? [];
  const aliases = [...tree].flatMap(([path, command]) =>
    command.aliases().map((alias) => [path.replace(/[^ ]+$/, alias), path])
  );
  assertEquals(rows.map((row) => row.flatMap(codesOf)), aliases);
});

for (const path of ["opta do", "opta daemon start", "opta env save"]) {
  Deno.test(`${path} --help, -h and opta help print what the tree says`, async () => {
    await using opta = await Opta.create();
    const [, ...words] = path.split(" ");
    const { usage, after } = helpTextOf(tree.get(path)!);
    for (const args of [[...words, "--help"], [...words, "-h"], ["help", ...words]]) {
      assertEquals(await opta.run(args), { code: ExitCode.done, stdout: usage + after.join(""), stderr: "" });
    }
  });
}

Deno.test("the exit codes are those of docs/compatibility.md", () => {
  const rows = tablesUnder(page, "Exit codes").get("code") ?? [];
  assertEquals(Object.fromEntries(rows), exitMeanings);
});

Deno.test("every exit code comes from a real command", async () => {
  await using opta = await Opta.create({ OPTA_HOST: "127.0.0.1", OPTA_PORT: String(freePort()), OPTA_PROVIDER: "" });
  const codeOf = async (...words: string[]) => (await opta.run(words)).code;
  const codes: number[] = [];
  codes.push(await codeOf("version"));
  codes.push(await codeOf("config", "get", "model.default"));
  codes.push(await codeOf("do", "--no-such-flag"));
  codes.push(await codeOf("daemon", "status"));
  codes.push(await codeOf("do", "hi"));
  const waiting = opta.spawn(["do", "go"], "piped");
  const reader = waiting.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let said = "";
  while (!said.includes("waiting for standard input to end")) said += (await reader.read()).value;
  waiting.kill("SIGINT");
  codes.push((await waiting.status).code);
  await Promise.all([reader.cancel(), waiting.stdout.cancel(), waiting.stdin.abort()]);
  assertEquals(codes, [
    ExitCode.done,
    ExitCode.failed,
    ExitCode.usage,
    ExitCode.daemonUnreachable,
    ExitCode.noModelServer,
    ExitCode.cancelled,
  ]);
  assertEquals(codes.toSorted((a, b) => a - b), Object.keys(exitMeanings).map(Number));
});

const variableTables = tablesUnder(page, "Environment");
const variableRows = ["variable", "variable since then"].flatMap((head) => variableTables.get(head) ?? []);

/** What the variables do that stand for no setting. */
const effects: Record<string, () => void> = {
  OPTA_HOME: () => assertStringIncludes(resolvePaths({ OPTA_HOME: "/a/home" }).stateDir, "home"),
  OPTA_DAEMON_HOST: () => assertEquals(composeLaunch({}, { OPTA_DAEMON_HOST: "::1" }, {}).settings.host, "::1"),
  OPTA_DAEMON_PORT: () => assertEquals(composeLaunch({}, { OPTA_DAEMON_PORT: "7777" }, {}).settings.ports, [7777]),
  OPTA_NO_DAEMON: () => assertEquals(isWithoutDaemon({}, { OPTA_NO_DAEMON: "1" }), true),
  NO_COLOR: () => assertEquals(colorsFor(true, { NO_COLOR: "1", FORCE_COLOR: "1" }).red("a"), "a"),
  FORCE_COLOR: () => assertEquals(colorsFor(false, { FORCE_COLOR: "1" }).red("a"), "\x1b[31ma\x1b[39m"),
  CI: () => assertEquals(colorsFor(true, { CI: "true" }).red("a"), colorsFor(false, {}).red("a")),
};

Deno.test("docs/compatibility.md and opta --help name the same variables", () => {
  const names = variableRows.flatMap(([name]) => codesOf(name));
  assertEquals(names.toSorted(), Object.keys(variables).toSorted());
});

Deno.test("every variable that stands for a setting overrides it", async () => {
  const settings = variableRows.flatMap(([name, what]) => {
    const [key] = codesOf(what);
    return key !== undefined && key in configFields ? [{ variable: codesOf(name)[0]!, key }] : [];
  });
  const values: Record<string, string> = { OPTA_PORT: "4321", OPTA_PROVIDER: "lmx" };
  await using opta = await Opta.create(
    Object.fromEntries(settings.map(({ variable }) => [variable, values[variable] ?? `of-${variable}`])),
  );
  const listed = JSON.parse((await opta.run(["config", "list", "--json"])).stdout) as { key: string; source: string }[];
  assertEquals(
    listed.map(({ key, source }) => ({ variable: source, key })).toSorted(byKey),
    settings.toSorted(byKey),
  );
});

function byKey(a: { key: string }, b: { key: string }): number {
  return a.key < b.key ? -1 : 1;
}

for (const [name = "", what] of variableRows) {
  const [variable = ""] = codesOf(name);
  const [setting = ""] = codesOf(what);
  if (setting in configFields) continue;
  Deno.test(`${variable} is read`, () => {
    assert(effects[variable], `say here what ${variable} does`);
    effects[variable]();
  });
}

const settingTables = tablesUnder(page, "Settings");
const settingRows = ["key", "key since then"].flatMap((head) => settingTables.get(head) ?? []);

Deno.test("docs/compatibility.md names every setting, once", () => {
  const keys = settingRows.flatMap(([key]) => codesOf(key));
  assertEquals(keys.filter((key) => !isToolKey(key)).toSorted(), Object.keys(configFields).toSorted());
});

for (const [name, takes, refuses] of settingRows) {
  const [key = ""] = codesOf(name);
  Deno.test(`${key} takes what docs/compatibility.md says, and refuses what it says`, () => {
    assert(codesOf(takes).length > 0 && codesOf(refuses).length > 0);
    for (const value of codesOf(takes)) parseValue(key, value, key);
    for (const value of codesOf(refuses)) {
      const error = assertThrows(() => parseValue(key, value, key), CliError, "must");
      assertEquals(error.exitCode, ExitCode.usage);
    }
  });
}
