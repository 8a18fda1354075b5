/** A prompt of an editor as the text of a turn. Pure. */
import type { ContentBlock } from "@agentclientprotocol/sdk";

/** Files that are named become paths, which the tools can read; what comes with its text stands in a fence. */
export function promptText(blocks: readonly ContentBlock[]): string {
  return blocks.map(textOf).join("").trim();
}

function textOf(block: ContentBlock): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "resource_link":
      return `@${pathOf(block.uri)}`;
    case "resource": {
      const { resource } = block;
      if (!("text" in resource)) return `@${pathOf(resource.uri)}`;
      const fence = "`".repeat(Math.max(3, longestTicks(resource.text) + 1));
      return `\n\n${pathOf(resource.uri)}:\n${fence}\n${resource.text}\n${fence}\n`;
    }
    case "image":
    case "audio":
      return ""; // not announced as a capability: an editor that sends one all the same has its text, too
    default:
      return block satisfies never;
  }
}

function pathOf(uri: string): string {
  const url = URL.parse(uri);
  if (url?.protocol !== "file:") return uri;
  try {
    return decodeURIComponent(url.pathname);
  } catch {
    return url.pathname;
  }
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}
