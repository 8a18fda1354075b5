/**
 * Writes the generated parts of the docs, between their markers: of protocol.md routes, event payloads, error codes and
 * limits; of models.md the cases that transports are tried with; of tui.md the keys and commands; all of commands.md.
 * `deno task docs` writes them; a test fails when they are stale.
 */
import { errorStatus, payloads, type Route, routes } from "@opta/protocol";
import * as limits from "../protocol/limits.ts";
import { type Case, type Transport, TRANSPORTS } from "../daemon/model/conformance/case.ts";
import { cases } from "../daemon/model/conformance/cases.ts";
import { commands } from "../cli/chat/slash_command.ts";
import { scopeTitles } from "../cli/tui/key_map.ts";
import { ownCommands } from "../cli/tui/overlay_commands.ts";
import { rowsOf } from "../cli/tui/overlays/help.ts";
import { z } from "zod";
import { describeCommands } from "./describe_commands.ts";
import { markdownTable as table } from "./markdown_table.ts";

/** The files that have such parts. */
export const generatedDocs: URL[] = ["protocol.md", "models.md", "tui.md", "commands.md"].map((name) =>
  new URL(name, import.meta.url)
);

const transportNames: Record<Transport, string> = {
  sse: "OpenAI-compatible, SSE",
  ws: "LMX, WebSocket",
  anthropic: "Anthropic, SSE",
};

/** The text with every generated part renewed. */
export async function renewed(text: string): Promise<string> {
  const parts: Record<string, string> = {
    routes: table(["method", "path", "credentials", "what"], Object.values<Route>(routes).map(routeRow)),
    events: table(
      ["event", "payload"],
      Object.entries(payloads).map(([name, schema]) => [`\`${name}\``, keys(schema)]),
    ),
    errors: table(["code", "HTTP"], Object.entries(errorStatus).map(([code, status]) => [`\`${code}\``, `${status}`])),
    limits: table(["limit", "value"], Object.entries(limits).map(([name, value]) => [`\`${name}\``, grouped(value)])),
    keys: typedEntries(scopeTitles).map(([scope, title]) =>
      `**${title}**\n\n${table(["key", "what it does"], rowsOf(scope).map(([keys, what]) => [code(keys), what]))}`
    ).join("\n\n"),
    commands: table(["command", "what it does"], [
      ...Object.entries(commands).map(([name, { argument, summary }]) => [code(`/${name} ${argument}`), summary]),
      ...ownCommands.map(([name, summary]) => [code(`/${name}`), summary]),
    ]),
    cases: table(["", "case", ...TRANSPORTS.map((transport) => transportNames[transport])], cases.map(caseRow)),
    ...await describeCommands(),
  };
  return Object.entries(parts).reduce((text, [name, part]) => {
    const markers = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    return text.replace(markers, (_, begin, end) => `${begin}${part}\n${end}`);
  }, text);
}

function routeRow({ method, path, auth, summary }: Route): string[] {
  return [method, `\`${path}\``, auth, summary];
}

function caseRow({ number, name, on }: Case): string[] {
  return [
    `${number}`,
    name,
    ...TRANSPORTS.map((transport) => {
      const trials = on[transport];
      return typeof trials === "string" ? trials : "✓";
    }),
  ];
}

/** The keys of a payload; those that may be absent carry a question mark. */
function keys(schema: z.ZodType): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.keys(properties).map((key) => required.includes(key) ? key : `${key}?`).join(", ");
}

/** Names of keys or commands as code, each by itself. */
function code(names: string): string {
  return names.trim().split(", ").map((name) => `\`${name}\``).join(", ");
}

function typedEntries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

if (import.meta.main) {
  for (const file of generatedDocs) await Deno.writeTextFile(file, await renewed(await Deno.readTextFile(file)));
}
