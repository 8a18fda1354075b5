/** What a tool of an MCP server answers, as text for the model. Pure. */
import { MAX_RESULT_TEXT_LENGTH } from "../limits.ts";
import type { CallOutcome } from "../mcp_frame.ts";
import type { ContentBlock } from "./sdk.ts";

export interface ServerResult {
  content?: readonly ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
}

export function resultText({ content = [], structuredContent, isError = false }: ServerResult): CallOutcome {
  const texts = content.map(textOf).filter((text) => text !== "");
  if (texts.length === 0 && structuredContent !== undefined) texts.push(JSON.stringify(structuredContent));
  const all = texts.join("\n\n") || (isError ? "The tool failed and did not say why." : "The tool answered nothing.");
  const isCut = all.length > MAX_RESULT_TEXT_LENGTH;
  const result = isCut ? `${all.slice(0, MAX_RESULT_TEXT_LENGTH).toWellFormed()}\n[… cut off]` : all;
  return { ok: !isError, result, truncated: isCut };
}

/** What is no text is named: models are sent text alone. */
function textOf(block: ContentBlock): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "image":
    case "audio":
      return `[${block.type}, ${block.mimeType}, about ${Math.round(block.data.length * 3 / 4 / 1024)} KiB: not shown]`;
    case "resource_link":
      return `[resource ${block.uri}${block.name ? `, ${block.name}` : ""}]`;
    case "resource":
      return "text" in block.resource
        ? `[resource ${block.resource.uri}]\n${block.resource.text}`
        : `[resource ${block.resource.uri}, ${block.resource.mimeType ?? "binary"}: not shown]`;
    default:
      return block satisfies never;
  }
}
