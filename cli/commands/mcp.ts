/** `opta mcp …`: the MCP servers whose tools turns may use. */
import { type Command, Option } from "@commander-js/extra-typings";
import type { McpServerConfig } from "@opta/protocol";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { checkName, readMcpServers, setMcpServer } from "../mcp/mcp_config.ts";
import { probeServer } from "../mcp/probe_server.ts";
import { serverConfig, type ServerFlags } from "../mcp/server_flags.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { nearest } from "../program/nearest.ts";
import { formatTable, note, writeJson, writeOut } from "../output/output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";

const NAME = "of the server";

/** Of a tool's description in a list. */
const MAX_LINE_LENGTH = 80;

export function defineMcp(mcp: Command): void {
  mcp.command("list")
    .description("the servers, without the values of their variables and headers")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta mcp list", "opta mcp list --json | jq -r '.[].name'"))
    .action(({ json }) => list(json));
  mcp.command("add")
    .description("add a server, or change it: a program, or with --url one that is there already")
    .argument("<name>", NAME)
    .argument("[command...]", "the program that is the server, and its arguments")
    .option("--env <vars>", "its variables, as NAME=VALUE or NAME=VALUE,NAME=VALUE", append)
    .option("--url <url>", "the address of a server that speaks MCP over HTTP")
    .addOption(new Option("--header <line>", 'sent with each request to --url, as "Name: value"').argParser(append))
    .allowUnknownOption()
    .addHelpText(
      "after",
      `
Options that this command has, too, such as --env, belong to the server after
"--".`,
    )
    .addHelpText(
      "after",
      examples(
        "opta mcp add memory npx -y @modelcontextprotocol/server-memory",
        'opta mcp add github "npx -y some-github-server" --env GITHUB_TOKEN=…',
        "opta mcp add build -- ./build-server --env production",
        'opta mcp add docs --url https://a.example --header "Authorization: Bearer …"',
      ),
    )
    .action((name, words, flags) => add(name, words, flags));
  mcp.command("remove")
    .description("forget a server")
    .argument("<name>", NAME)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta mcp remove memory"))
    .action((name, { json }) => remove(name, json));
  mcp.command("test")
    .description("start or reach a server, and show the tools that it has")
    .argument("<name>", NAME)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta mcp test memory", "opta mcp test memory --json | jq -r '.tools[].name'"))
    .action(async (name, { json }) => {
      Deno.exitCode = await test(name, json);
    });
  mcp.addHelpText(
    "after",
    examples("opta mcp add memory npx -y @modelcontextprotocol/server-memory", "opta mcp test memory"),
  );
}

function append(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function context(): { env: Env; paths: Paths } {
  const env = Deno.env.toObject();
  return { env, paths: resolvePaths(env) };
}

async function list(json?: boolean): Promise<void> {
  const servers = Object.entries(await readMcpServers(context().paths));
  if (json) return writeJson(servers.map(([name, config]) => ({ name, ...shown(config) })));
  if (servers.length === 0) return note('There is no MCP server. Add one with "opta mcp add NAME COMMAND"');
  writeOut(formatTable(servers.map(([name, config]) => [name, describe(config)] as const)));
}

async function add(name: string, words: string[], flags: ServerFlags): Promise<void> {
  checkName(name);
  const { paths } = context();
  const config = serverConfig(words, flags);
  const servers = await readMcpServers(paths);
  await setMcpServer(paths, name, config);
  note(`${name in servers ? "Changed" : "Added"} the MCP server ${name}. Try it with "opta mcp test ${name}"`);
}

async function remove(name: string, json?: boolean): Promise<void> {
  const { paths } = context();
  const servers = await readMcpServers(paths);
  if (!Object.hasOwn(servers, name)) throw unknownServer(name, Object.keys(servers));
  await setMcpServer(paths, name, null);
  if (json) writeJson({ removed: name });
  note(`Removed the MCP server ${name}`);
}

async function test(name: string, json?: boolean): Promise<ExitCode> {
  const { env, paths } = context();
  const servers = await readMcpServers(paths);
  const config = Object.hasOwn(servers, name) ? servers[name] : undefined;
  if (!config) throw unknownServer(name, Object.keys(servers));
  using interrupt = new Interrupt();
  const result = await probeServer(name, config, env, interrupt.signal).catch((error) => {
    if (interrupt.signal.aborted) return null;
    throw error;
  });
  if (result === null || interrupt.signal.aborted) return ExitCode.cancelled;
  if (json) writeJson({ name, ...result });
  if (!result.ok) {
    if (!json) note(`The MCP server ${name} cannot be used: ${result.message}`);
    return ExitCode.failed;
  }
  if (json) return ExitCode.done;
  const { server, tools, isCut } = result;
  writeOut(formatTable(tools.map(({ name, description }) => [sanitizeLine(name), firstLine(description)] as const)));
  const count = `${tools.length} tool${tools.length === 1 ? "" : "s"}`;
  note(`${sanitizeLine(server)} works: ${count}${isCut ? ", and more that are left out" : ""}`);
  return ExitCode.done;
}

function unknownServer(name: string, names: string[]): CliError {
  const meant = nearest(name, names);
  const hint = meant ? `did you mean ${meant}?` : `see "opta mcp list"`;
  return new CliError(`There is no MCP server ${JSON.stringify(name)}: ${hint}`, ExitCode.usage);
}

/** Values of variables and headers are often keys. */
function shown(config: McpServerConfig) {
  return "url" in config
    ? { url: config.url, headers: Object.keys(config.headers) }
    : { command: config.command, args: config.args, env: Object.keys(config.env) };
}

function describe(config: McpServerConfig): string {
  if ("url" in config) return sanitizeLine(config.url + withNames(Object.keys(config.headers)));
  return sanitizeLine([config.command, ...config.args].join(" ") + withNames(Object.keys(config.env)));
}

function withNames(names: string[]): string {
  return names.length === 0 ? "" : ` (with ${names.join(", ")})`;
}

function firstLine(text: string): string {
  const line = sanitizeLine(text.trim().split("\n", 1)[0] ?? "");
  return line.length <= MAX_LINE_LENGTH ? line : `${line.slice(0, MAX_LINE_LENGTH - 1).toWellFormed()}…`;
}
