/** What `opta config --help` says about each setting: what it does, what it accepts, what holds without it, what overrides it. */
import { choicesOf, type ConfigField, configFields, fieldOf } from "./config_keys.ts";

export function configHelp(): string {
  const names = [...Object.keys(configFields), "permissions.TOOL"];
  return names.map((name) => {
    const key = name === "permissions.TOOL" ? "permissions.tool" : name;
    const lines = linesOf(fieldOf(key), choicesOf(key));
    return [`  ${name}`, ...lines.map((line) => `      ${line}`)].join("\n");
  }).join("\n");
}

function linesOf({ summary, accepts, usual, env, secret }: ConfigField, choices: readonly string[]): string[] {
  return [
    summary,
    `accepts ${accepts ?? choices.join(", ")}${secret ? "; kept secret" : ""}`,
    `default: ${usual}`,
    ...(env === undefined ? [] : [`variable: ${env}`]),
  ];
}
