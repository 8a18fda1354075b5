/** Scripts of the demo model that need no files: a page of the web, a question to the person, the list of a task. */
import { accountOf } from "./demo_account.ts";
import { unquote } from "./demo_names.ts";
import type { DemoOrder } from "./demo_request.ts";
import { roundsOf } from "./demo_rounds.ts";
import { call, type DemoScript, one } from "./demo_script.ts";
import { summarise } from "./demo_summary.ts";
import type { ModelMessage } from "./model.ts";

const FETCH =
  /^(fetch|get|download|open|read|visit|look at|summari[sz]e)\s+(?:the\s+)?(?:page\s+|url\s+|site\s+)?[<`"']?(https?:\/\/[^\s<>`"']+?)[>`"']?(?:,?\s+and\s+(?:then\s+)?(summari[sz]e|sum)\b.*)?[.,!]*$/i;

export function fetchPage({ line }: DemoOrder): DemoScript | null {
  const match = FETCH.exec(line);
  return match && fetchThis(match[2]!, /^summ/i.test(match[1]!) || match[3] !== undefined);
}

function* fetchThis(url: string, isToBeSummedUp: boolean): DemoScript {
  const page = yield* one(call("web_fetch", { url }));
  if (!page.ok || !isToBeSummedUp) return accountOf([page]);
  return `I fetched ${url}.\n\n${summarise(page.text)}`;
}

const COLOURS = ["red", "green", "blue"];

export function askPerson({ line }: DemoOrder): DemoScript | null {
  const rest = /^ask me\b[\s,:]*(.*?)[.?!]*$/i.exec(line)?.[1];
  return rest === undefined ? null : ask(questionOf(rest));
}

function questionOf(rest: string): { question: string; options?: string[] } {
  if (/^(?:(?:something|anything|a question|me)\b.*)?$/i.test(rest)) {
    return { question: "Which colour do you like best?", options: COLOURS };
  }
  const turned = rest.replace(/\bmy\b/gi, "your").replace(/\bI am\b/g, "you are").replace(/\bI\b/g, "you");
  const whether = /^(?:if|whether)\s+(.+)$/i.exec(turned)?.[1];
  if (whether) return { question: `Is it so that ${whether}?`, options: ["yes", "no"] };
  const wanted = /^(?:for|about)\s+(.+)$/i.exec(turned)?.[1];
  if (wanted) return { question: `What is ${wanted}?` };
  const choice = /(?:^|[\s:,])(\S+) or (\S+)$/i.exec(turned);
  const options = choice ? [choice[1]!, choice[2]!] : /\bcolou?rs?\b/i.test(turned) ? COLOURS : null;
  const question = `${turned.charAt(0).toUpperCase()}${turned.slice(1)}?`;
  return { question, ...(options && { options }) };
}

function* ask(asked: { question: string; options?: string[] }): DemoScript {
  const answer = yield* one(call("ask_user", { ...asked }));
  if (!answer.ok) return accountOf([answer]);
  return `I asked “${asked.question}”, and this came back:\n\n${quote(answer.text)}`;
}

interface Item {
  text: string;
  state: string;
}

const PLAN =
  /^(?:make|write|draw up|create)\s+(?:me\s+)?(?:a|the)\s+(?:plan|todo list|to-do list)(?:\s*:\s*|\s+(?:to|for|of|with)\s+)?(.*?)[.!]*$/i;
const LIST = /^(?:todo|to-do|plan)s?(?:\s+list)?\s*:\s*(.*?)[.!]*$/i;
const MARK = /^(?:mark|tick off|check off|set)\s+(.+?)(?:\s+(?:as\s+|to\s+)?done)?[.!]*$/i;
const MAX_ITEMS = 20;

export function keepList({ line, material }: DemoOrder, past: readonly ModelMessage[]): DemoScript | null {
  const marked = MARK.exec(line)?.[1];
  const items = marked === undefined ? null : withDone(lastList(past), unquote(marked));
  if (items) return writeDown(items);
  const match = LIST.exec(line) ?? PLAN.exec(line);
  if (!match) return null;
  const said = [match[1]!, ...material.split("\n")].join("\n").split(/[,;\n]/);
  const named = said.map((text) => text.replace(/^\s*(?:[-*]|\d+[.)])\s+/, "").trim()).filter((text) => text !== "");
  const [only] = named;
  const texts = named.length > 1 || LIST.test(line)
    ? named
    : ["Look at what is there", only ?? "Make the change", "Check the result"];
  if (texts.length === 0) return null;
  return writeDown(
    texts.slice(0, MAX_ITEMS).map((text, i) => ({ text: text.slice(0, 200), state: i === 0 ? "active" : "pending" })),
  );
}

function* writeDown(items: Item[]): DemoScript {
  const written = yield* one(call("todo", { items }));
  if (!written.ok) return accountOf([written]);
  const lines = items.map(({ text, state }) =>
    `- [${state === "done" ? "x" : " "}] ${text}${state === "active" ? " (now)" : ""}`
  );
  return `The list is written down:\n\n${lines.join("\n")}`;
}

/** The list with one item more that is done, and the next one begun; `null` when no item has such a text. */
function withDone(items: readonly Item[], text: string): Item[] | null {
  const index = items.findIndex((item) => item.text.toLowerCase() === text.toLowerCase());
  if (index === -1) return null;
  const done = items.map((item, i) => i === index ? { ...item, state: "done" } : item);
  const next = done.some(({ state }) => state === "active") ? -1 : done.findIndex(({ state }) => state === "pending");
  return done.map((item, i) => i === next ? { ...item, state: "active" } : item);
}

/** What the last call of `todo` has written down, by whatever model. */
function lastList(past: readonly ModelMessage[]): Item[] {
  const items = roundsOf(past).flat().findLast(({ tool, ok }) => tool === "todo" && ok !== false)?.args["items"];
  return Array.isArray(items) ? items.filter(isItem) : [];
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && "text" in value && typeof value.text === "string" &&
    "state" in value && typeof value.state === "string";
}

function quote(text: string): string {
  return text.trim().split("\n").map((line) => `> ${line}`).join("\n");
}
