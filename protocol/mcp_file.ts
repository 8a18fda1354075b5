/**
 * The MCP servers of a user, as `mcp.json` names them: in Opta's own folder, where the command line keeps them, and as a copy
 * in the daemon's state folder, which the daemon reads again when it changes. Both are for the user alone: they may hold keys.
 */
import * as z from "zod";

/** A part of the names of its tools: `mcp__NAME__tool`. */
export const McpServerName = z.string().regex(
  /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/,
  "must be up to 32 small letters, digits and hyphens",
);

const line = z.string().max(8_192).regex(/^\P{Cc}*$/u, "must be one line of text");

/** A program that is started, and spoken to over its standard input and output. */
export const McpProgram = z.strictObject({
  command: line.min(1),
  args: z.array(z.string().max(8_192)).max(100).default([]),
  /** Its variables, beside a few that every program needs. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be the name of a variable"), z.string()).default({}),
});

/** A server that is there already, and spoken to over HTTP. */
export const McpEndpoint = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: "must be an http or https URL" }),
  headers: z.record(z.string().regex(/^[A-Za-z0-9-]+$/, "must be the name of a header"), line).default({}),
});

export const McpServerConfig = z.union([McpProgram, McpEndpoint]);
export type McpServerConfig = z.infer<typeof McpServerConfig>;

/** Servers: each costs a process, and its tools a part of the model's window. */
const MAX_SERVERS = 32;

export const McpFile = z.object({
  servers: z.record(McpServerName, McpServerConfig).refine(
    (servers) => Object.keys(servers).length <= MAX_SERVERS,
    `must be ${MAX_SERVERS} servers at the most`,
  ),
});
export type McpFile = z.infer<typeof McpFile>;
