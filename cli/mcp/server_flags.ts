/** What `opta mcp add` is told, as the configuration of a server. Pure. */
import { McpServerConfig } from "@opta/protocol";
import { CliError, ExitCode } from "../exit.ts";

export interface ServerFlags {
  url?: string;
  /** `K=V,K2=V2`, any number of times. */
  env?: readonly string[];
  /** `Name: value`, any number of times. */
  header?: readonly string[];
}

/** @throws {CliError} naming what is wrong */
export function serverConfig(words: readonly string[], { url, env = [], header = [] }: ServerFlags): McpServerConfig {
  if (url !== undefined && words.length > 0) throw usage("Give a command or --url, not both");
  if (url !== undefined && env.length > 0) throw usage("--env is for commands; a server with --url takes --header");
  if (url === undefined && header.length > 0) throw usage("--header is for a server with --url");
  if (url !== undefined) return checked({ url, headers: Object.fromEntries(header.map(readHeader)) });
  const [command, ...args] = words.length === 1 ? splitWords(words[0]!) : words;
  if (command === undefined) {
    throw usage('Give the command that starts the server, as in "npx -y some-server", or --url');
  }
  return checked({ command, args, env: Object.fromEntries(env.flatMap(readVariables)) });
}

function checked(config: unknown): McpServerConfig {
  const result = McpServerConfig.safeParse(config);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const inner = issue?.code === "invalid_union" ? issue.errors.flat().find(({ path }) => path.length > 0) : issue;
  throw usage(`${inner?.path.join(".") ?? "The server"}: ${inner?.message ?? "has another form"}`);
}

/** A comma begins another variable only where a name and `=` follow it: values may hold commas. */
function readVariables(text: string): [string, string][] {
  return text.split(/,(?=[A-Za-z_][A-Za-z0-9_]*=)/).map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw usage("--env takes NAME=VALUE, or several with commas between them");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

function readHeader(text: string): [string, string] {
  const at = text.indexOf(":");
  if (at < 1) throw usage('--header takes "Name: value"');
  return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
}

/** A command in one word, as scripts have it: split at blanks, but for what is quoted. */
function splitWords(text: string): string[] {
  const words = text.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function usage(message: string): CliError {
  return new CliError(message, ExitCode.usage);
}
