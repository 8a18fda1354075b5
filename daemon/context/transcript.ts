/** A conversation as plain text, for the model that summarises it: whatever it called is told, not offered again. Pure. */
import type { ModelMessage } from "../model/model.ts";
import { cutText } from "./cut_text.ts";

/** A message below this length says nothing any more; instead, the oldest are left out. */
const MIN_MESSAGE_LENGTH = 200;

/** At most about `maxLength` UTF-16 units: long messages are cut, more and more; then the oldest are left out. */
export function transcriptOf(messages: readonly ModelMessage[], maxLength: number): string {
  const texts = messages.map(textOf);
  for (let limit = maxLength;; limit /= 2) {
    const cut = texts.map((text) => cutText(text, Math.max(MIN_MESSAGE_LENGTH, limit)));
    if (lengthOf(cut) <= maxLength) return cut.join("\n\n");
    if (limit > MIN_MESSAGE_LENGTH) continue;
    let from = 0;
    for (let length = lengthOf(cut); length > maxLength && from < cut.length; from++) length -= lengthOf([cut[from]!]);
    return [`[The ${from} oldest messages are left out.]`, ...cut.slice(from)].join("\n\n");
  }
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((length, text) => length + text.length + 2, 0);
}

function textOf(message: ModelMessage): string {
  if (message.role === "tool") return `Result of the tool:\n${message.content}`;
  const calls = "toolCalls" in message ? message.toolCalls.map((call) => `Called ${call.name}(${call.arguments})`) : [];
  const who = { user: "User", assistant: "Assistant", system: "System" }[message.role];
  return [`${who}: ${message.content}`, ...calls].join("\n");
}
