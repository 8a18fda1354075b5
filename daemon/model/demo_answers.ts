/**
 * What the demo model answers to a conversation: a pure function, tried from the most specific request to the least. It
 * knows what it does not know, and says so.
 */
import type { Message } from "@opta/protocol";
import { recall } from "./demo_history.ts";
import { lookUp } from "./demo_knowledge.ts";
import { MAX_POEM_LINES, poem } from "./demo_poem.ts";
import { type DemoRequest, readings, readNumber } from "./demo_request.ts";
import { markdownShowcase } from "./demo_showcase.ts";
import { summarise } from "./demo_summary.ts";

export interface DemoAnswer {
  /** Streamed before the text. */
  thinking?: string;
  text: string;
}

/** Counting so far takes over eight minutes at reading speed. */
export const MAX_COUNT = 10_000;
const DEFAULT_POEM_LINES = 12;

const notUnderstood = `I am opta-demo, a built-in demonstration model, not a real language model, and I do not \
understand this request. What I can do:

- answer questions about Opta: \`what is Opta\`, \`how do I set a model server\`, \`how do I cancel\`, …
- \`count to 20\`, \`write a poem of 12 lines\`, \`show markdown\`, \`think aloud\`, \`echo something\`
- \`summarise this\`, with text below it
- look back: \`what did I ask before?\`
- work with tools, where they are offered: \`list the files\`, \`read README.md\`, \`create hello.txt that says hi\`, \
\`edit hello.txt: replace hi by hello\`, \`search for TODO\`, \`run the tests\`, \`ask me something\`, …

For everything else, set a real model server:

\`\`\`sh
opta config set connection.host HOST
opta config set connection.port PORT
\`\`\``;

/** One kind of request: the text of the answer, or `null` when the request is of another kind. */
type Skill = (request: DemoRequest, earlier: readonly Message[]) => string | null;

const skills: readonly Skill[] = [count, sayHello, echo, writePoem, showMarkdown, recall, summary];

/** @param messages oldest first; the last one is the request */
export function answer(messages: readonly Message[]): DemoAnswer {
  const content = messages.at(-1)?.content ?? "";
  const earlier = messages.slice(0, -1);
  return thinkAloud(content, earlier) ?? { text: find(content, earlier) ?? notUnderstood };
}

function find(content: string, earlier: readonly Message[]): string | null {
  const requests = readings(content);
  for (const request of requests) {
    for (const skill of skills) {
      const text = skill(request, earlier);
      if (text !== null) return text;
    }
  }
  for (const { plain } of requests) {
    const text = lookUp(plain);
    if (text !== null) return text;
  }
  return null;
}

const THINKING = /\bthink(?:ing)? (?:aloud|out loud|step by step|first)\b/i;
const JOINT = /^[\s,:.;-]*(?:and then|and|then|about)?[\s,:]+/i;

/** Thinks first, then does what else was asked for. */
function thinkAloud(content: string, earlier: readonly Message[]): DemoAnswer | null {
  const { instruction, plain, material } = readings(content)[0]!;
  if (!THINKING.test(plain)) return null;
  const task = instruction.replace(THINKING, "").replace(JOINT, "").trim();
  const text = task === ""
    ? "That was my thinking; this is the answer. A client may show the two differently, or hide the first one."
    : find(`${task}\n${material}`, earlier);
  const thinking = `I am asked to think aloud, so this part is marked as thinking and comes before the answer.

First: what is asked? Take away the thinking, and it is ${task === "" ? "nothing more" : `“${task}”`}.
Second: do I know a way? ${
    text === null ? "No, so I shall say that." : "Yes, it is one of the few things that I can do."
  }
Third: answer, and keep the thinking out of it.`;
  return { thinking, text: text ?? notUnderstood };
}

const COUNT = /^count (?:up )?(?:from (?:a )?([\w,]+) )?(?:up )?to (?:a |one )?([\w,]+)/;

function count({ plain }: DemoRequest): string | null {
  const match = COUNT.exec(plain);
  if (!match) return null;
  const from = readNumber(match[1] ?? "1");
  const to = readNumber(match[2]!);
  if (from === null || to === null) return null;
  if (to > MAX_COUNT) return `That is too far for a demonstration: I count to ${MAX_COUNT} at most.`;
  if (to < from) return `I only count upwards, and ${to} comes before ${from}.`;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).join("\n");
}

function sayHello({ plain }: DemoRequest): string | null {
  return /^say (?:hello|hi)\b/.test(plain) ? "Hello!" : null;
}

/** "say" is followed to the letter when little comes after it: "say something about Opta" means another thing. */
const ECHO =
  /^(?:please )?(?:echo|repeat(?: after me)?|say(?= exactly)|say(?=(?: \S+){1,2}$)|(?:reply|respond|answer) (?:only )?with)(?: exactly)?(?:: *|\s+)(?=\S)/i;
const QUOTED = /^(["'`“])([^"'`“”]*)["'`”]$/;

function echo({ content }: DemoRequest): string | null {
  const verb = ECHO.exec(content)?.[0];
  if (verb === undefined) return null;
  const text = content.slice(verb.length);
  return QUOTED.exec(text)?.[2] ?? text;
}

const POEM = /\b(?:poem|poetry|verses?)\b/;
const MAKE = /^(?:write|compose|make|create|give|tell|recite|show|generate|a |an |poem)|\blines?\b/;
const LINES = /\b([\w,]+)[ -]lines?\b/;
const TOPIC = /\b(?:about|on) ([\p{L}\p{N} '-]{1,40}?)(?: (?:of|in|with) [\w,]+[ -]lines?)?[.!?]*$/iu;

function writePoem({ plain, instruction }: DemoRequest): string | null {
  if (!POEM.test(plain) || !MAKE.test(plain)) return null;
  const lines = readNumber(LINES.exec(plain)?.[1] ?? "") ?? DEFAULT_POEM_LINES;
  if (lines > MAX_POEM_LINES) return `That is too long for a demonstration: ${MAX_POEM_LINES} lines at most.`;
  if (lines === 0) return "A poem of no lines is silence. Ask for one line or more.";
  return poem(lines, TOPIC.exec(instruction)?.[1] ?? null);
}

function showMarkdown({ plain }: DemoRequest): string | null {
  return /^(?:show|demo|demonstrate|render|test|give|write|print|use)\b.*\bmarkdown\b|^markdown$/.test(plain)
    ? markdownShowcase
    : null;
}

const SUMMARY = /^(?:(?:give|write|make) .{0,20})?(?:summari[sz]e|summary|sum up|tl;?dr)\b/;

function summary({ plain, material }: DemoRequest): string | null {
  if (!SUMMARY.test(plain)) return null;
  if (material !== "") return summarise(material);
  return "There is nothing to summarise: put the text below the request, or pipe it in, as in " +
    '`cat notes.md | opta do "summarise this"`.';
}
