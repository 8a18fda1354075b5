export * from "./block.ts";
export { MarkdownStream, parseMarkdown } from "./markdown_stream.ts";
export { safeLink } from "./safe_link.ts";
