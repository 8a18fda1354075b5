/** The tools that this release has, by name, for whoever writes rules about them. A test holds the list to the daemon's. */
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";

export const knownTools: readonly string[] = [
  "ask_user",
  "bg_kill",
  "bg_output",
  "bg_start",
  "bg_status",
  "delete_file",
  "edit_file",
  "find_files",
  "list_dir",
  "multi_edit",
  "read_file",
  "run_command",
  "search_files",
  "todo",
  "web_fetch",
  "write_file",
];

/**
 * Whether a rule is about a tool that exists, or may: those of MCP servers are not known here, and a star stands for any.
 *
 * @throws {CliError} naming the tool that seems to be meant; scripts of other releases may name tools that resemble none
 */
export function checkToolRule(key: string): "known" | "unknown" {
  const tool = key.slice("permissions.".length).split(":", 1)[0]!.trim();
  if (tool.endsWith("*") || tool.startsWith("mcp__") || knownTools.includes(tool)) return "known";
  const meant = nearest(tool, knownTools);
  if (meant === null) return "unknown";
  throw new CliError(
    `There is no tool ${JSON.stringify(tool)}: did you mean permissions.${meant}? ` +
      `A rule for a tool that this release does not know yet is set with --force`,
    ExitCode.usage,
  );
}
