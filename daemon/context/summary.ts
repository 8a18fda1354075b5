/** How a conversation is summarised, and how the summary stands in for it. Pure. */
import type { ModelMessage } from "../model/model.ts";
import { cutText } from "./cut_text.ts";
import { MAX_SUMMARY_LENGTH } from "./limits.ts";

const TASK =
  `You summarise conversations between a user and an assistant that has tools, so that the assistant can go on \
with the summary alone. Answer with the summary and nothing else.`;

const WHAT_TO_KEEP =
  `Summarise the conversation above in at most 400 words. Keep: what the user wants and has decided; \
what was done, with the exact names of files, commands and functions; what was found out; what failed and why; what is \
still open. Keep names, numbers and error texts to the letter. Leave out greetings and what no longer matters.`;

/** The messages that ask for it. The conversation is quoted: nothing in it is to be answered. */
export function summaryRequest(transcript: string): ModelMessage[] {
  return [
    { role: "system", content: TASK },
    { role: "user", content: `<conversation>\n${transcript}\n</conversation>\n\n${WHAT_TO_KEEP}` },
  ];
}

/** What the model is sent instead: as a message and an answer, since templates of some models want them to alternate. */
export function summaryMessages(summary: string): ModelMessage[] {
  return [
    { role: "user", content: `Our conversation so far, in summary (made to save room):\n\n${summary}` },
    { role: "assistant", content: "I have read the summary and go on from there." },
  ];
}

export function boundedSummary(text: string): string {
  return cutText(text.trim(), MAX_SUMMARY_LENGTH);
}
