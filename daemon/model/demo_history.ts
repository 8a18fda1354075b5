/** Questions that the demo model answers from the conversation itself: what was said first, before, so far. */
import type { Message } from "@opta/protocol";
import { clip, type DemoRequest } from "./demo_request.ts";

/** Longest quotation of a message, and most messages in a list: enough to recognise them. */
const MAX_QUOTE_LENGTH = 500;
const MAX_LISTED = 20;

const ABOUT_USER =
  /\b(?:(?:did|have|had|do) i|i|my)\b.*\b(?:ask|asked|say|said|tell|told|write|written|wrote|question|message|request|prompt)\b/;
const ABOUT_ANSWER = /\b(?:did|have) you\b.*\b(?:say|said|answer|answered|tell|told|write|written|reply|replied)\b/;
const NAME_GIVEN = /\bmy name is ([\p{L}][\p{L}'-]{0,40}(?: [\p{Lu}][\p{L}'-]{0,40})?)/iu;
const NAME_ASKED = /\b(?:what(?:'s| is) my name|(?:know|remember) my name|who am i)\b/;

/** Answers from the earlier messages, or `null` when the request does not ask about them. */
export function recall({ instruction, plain }: DemoRequest, earlier: readonly Message[]): string | null {
  const asked = earlier.filter((message) => message.role === "user").map((message) => message.content);
  if (NAME_ASKED.test(plain)) return recallName(asked);
  const given = NAME_GIVEN.exec(instruction);
  if (given) return `Nice to meet you, ${given[1]}. I can look your name up as long as this session has it.`;
  if (!/^(?:what|which|tell me|repeat|show|list|do you)\b/.test(plain)) return null;
  if (ABOUT_ANSWER.test(plain)) return recallAnswer(plain, earlier);
  if (!ABOUT_USER.test(plain)) return null;
  if (asked.length === 0) return "Nothing yet: this is the first message of this session.";
  if (/\bfirst\b/.test(plain)) return `The first thing that you said in this session was:\n\n${quote(asked[0]!)}`;
  if (/\b(?:so far|all|everything|questions|messages)\b/.test(plain)) return listOf(asked);
  return `Before this you said:\n\n${quote(asked.at(-1)!)}`;
}

function recallAnswer(plain: string, earlier: readonly Message[]): string {
  const answers = earlier.filter((message) => message.role === "assistant").map((message) => message.content);
  if (answers.length === 0) return "Nothing yet: there is no answer in this session.";
  return /\bfirst\b/.test(plain)
    ? `My first answer in this session was:\n\n${quote(answers[0]!)}`
    : `Before this I answered:\n\n${quote(answers.at(-1)!)}`;
}

function recallName(asked: readonly string[]): string {
  const names = asked.flatMap((content) => NAME_GIVEN.exec(clip(content, MAX_QUOTE_LENGTH))?.[1] ?? []);
  const name = names.at(-1);
  return name ? `You said that your name is ${name}.` : "You have not told me your name in this session.";
}

function listOf(asked: readonly string[]): string {
  const shown = asked.slice(-MAX_LISTED);
  const firstNumber = asked.length - shown.length + 1;
  const lines = shown.map((content, index) => `${firstNumber + index}. ${clip(content, 100).replace(/\s+/g, " ")}`);
  const left = firstNumber > 1 ? ` (the last ${MAX_LISTED})` : "";
  return `So far you have said${left}:\n\n${lines.join("\n")}`;
}

function quote(content: string): string {
  return clip(content, MAX_QUOTE_LENGTH).split("\n").map((line) => `> ${line}`).join("\n");
}
