/** A session as a Markdown document that people keep or share. */
import { answerOf, type SessionState, type ToolPart, type Turn } from "@opta/protocol";

export function toMarkdown(state: SessionState): string {
  const { title, sessionId, createdAt, model, imported, turns, active, queue } = state;
  const about = [`- Session: ${sessionId}`, `- Created: ${createdAt}`, ...(model ? [`- Model: ${model}`] : [])];
  const blocks = [
    `# ${oneLine(title) || "Untitled session"}`,
    about.join("\n"),
    ...imported.flatMap(({ role, content }) => [`## ${headings[role]}`, content]),
    ...[...turns, ...(active ? [active] : []), ...queue].flatMap(turnBlocks),
  ];
  return blocks.join("\n\n") + "\n";
}

const headings = { system: "System", user: "User", assistant: "Assistant" } as const;

function turnBlocks(turn: Turn): string[] {
  const asked = [`## ${oneLine(turn.writerId)}, ${turn.queuedAt}`, turn.content];
  const tools = turn.parts.flatMap((part) => part.kind === "tool" ? [toolBlock(part)] : []);
  const said = [...tools, answerOf(turn), outcome(turn)].filter((block) => block !== "");
  return said.length === 0 ? asked : [...asked, `## ${oneLine(turn.start?.model ?? "Assistant")}`, ...said];
}

function toolBlock({ toolName, args, end }: ToolPart): string {
  const outcome = end ? (end.ok ? "done" : "failed") : "not finished";
  return `*Tool ${toolName}, ${outcome}:* ${inlineCode(JSON.stringify(args))}`;
}

/** How it ended, when that is not plain. */
function outcome({ end }: Turn): string {
  if (!end) return "*Not finished.*";
  if (end.kind === "error") return `*Failed: ${end.message}*`;
  return end.finishReason === "stop" ? "" : `*Ended: ${end.finishReason}*`;
}

/** Code is fenced with more backticks than it holds. */
function inlineCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${text}${fence}` : `${fence} ${text} ${fence}`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
