/** What docs/commands.md says: the commands as the parser knows them, and what they have in common. Pure. */
import type { Argument, Option } from "@commander-js/extra-typings";
import { everyCommand, helpTextOf, loadCommandTree, type NamedCommand } from "../cli/program/command_tree.ts";
import { choicesOf, type ConfigField, configFields, fieldOf } from "../cli/config/config_keys.ts";
import { exitMeanings } from "../cli/exit.ts";
import { variables } from "../cli/program/variables.ts";
import { markdownTable } from "./markdown_table.ts";

/** The generated parts, by the names of their markers. */
export async function describeCommands(): Promise<Record<string, string>> {
  const [opta, ...commands] = everyCommand(await loadCommandTree());
  const flags = opta!.command.options.map(flagRow);
  return {
    tree: commands.map(describeCommand).join("\n\n"),
    "common flags": markdownTable(["flag", ""], [...flags, [code("-h, --help"), "show the help of the command"]]),
    "exit codes": markdownTable(["code", ""], Object.entries(exitMeanings)),
    variables: markdownTable(["variable", ""], Object.entries(variables).map(([name, what]) => [code(name), what])),
    settings: markdownTable(
      ["key", "what it does", "accepts", "default", "variable"],
      Object.keys(configFields).map(settingRow),
    ),
  };
}

function describeCommand({ path, command }: NamedCommand): string {
  const heading = path.split(" ").length === 2 ? "##" : "###";
  const { registeredArguments, options } = command;
  const aliases = command.aliases().map((alias) => code(path.replace(/[^ ]+$/, alias)));
  const names = command.commands.map((each) => `[${each.name()}](#${`${path} ${each.name()}`.replaceAll(" ", "-")})`);
  return [
    `${heading} ${path}`,
    `${sentence(command.description())}${aliases.length > 0 ? ` Also: ${aliases.join(", ")}.` : ""}`,
    fence(`${path} ${command.usage()}`),
    ...(names.length > 0 ? [`Sub-commands: ${names.join(", ")}.`] : []),
    ...(registeredArguments.length > 0 ? [markdownTable(["argument", ""], registeredArguments.map(argumentRow))] : []),
    ...visible(options).length > 0 ? [markdownTable(["flag", ""], visible(options).map(flagRow))] : [],
    ...helpTextOf(command).after.map(describeText),
  ].join("\n\n");
}

/** A hidden flag that is described is another name of one that is not. */
function visible(options: readonly Option[]): Option[] {
  return options.filter(({ hidden, description }) => !hidden || description !== "");
}

function argumentRow(argument: Argument): string[] {
  const name = argument.name() + (argument.variadic ? "..." : "");
  return [code(argument.required ? `<${name}>` : `[${name}]`), argument.description];
}

function flagRow({ flags, description, argChoices, defaultValue }: Option): string[] {
  const extra = [
    ...(argChoices ? [`one of ${argChoices.map(code).join(", ")}`] : []),
    ...(defaultValue !== undefined ? [`default ${code(String(defaultValue))}`] : []),
  ];
  return [code(flags), [description, ...extra].join("; ")];
}

/** Every field refuses an empty value by saying what it accepts. */
function settingRow(key: string): string[] {
  const { summary, accepts, usual, env, secret }: ConfigField = fieldOf(key);
  const values = accepts ?? choicesOf(key).map(code).join(", ");
  return [code(key), summary, values + (secret ? "; a secret" : ""), usual, env ? code(env) : ""];
}

/** What was added to a help: examples are for a shell, the rest is as wide as a terminal. */
function describeText(text: string): string {
  const [, examples] = text.match(/^\nExamples?:\n([^]*)$/) ?? [];
  if (examples === undefined) return fence(text.trim());
  return fence(examples.trimEnd().replaceAll(/^ {2}/gm, ""), "sh");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function fence(text: string, language = "text"): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

function code(text: string): string {
  return `\`${text}\``;
}
