import { assertEquals } from "@std/assert";
import { noTools } from "../turn_tools.ts";
import { type Tool, type ToolContext, type ToolOutcome } from "../tool.ts";
import { askUser } from "./ask_user.ts";
import { todo } from "./todo.ts";

async function run(tool: Tool, args: unknown, answer?: string): Promise<ToolOutcome> {
  const { hosts } = await noTools.open({ sessionId: "s", mode: "do", workspace: null });
  const context: ToolContext = {
    ...{ sessionId: "s", turnId: "t", callId: "c", workspace: null, hosts },
    ...(answer !== undefined && { answer }),
    signal: new AbortController().signal,
    emit: () => {},
  };
  return await tool.run(tool.args.parse(args), context);
}

const fits = (tool: Tool, args: unknown) => tool.args.safeParse(args).success;

Deno.test("todo says how far the list is", async () => {
  const items = [{ text: "look", state: "done" }, { text: "edit", state: "active" }, { text: "test" }];
  assertEquals(await run(todo, { items }), { ok: true, result: "The list has 3 items: 1 done, 1 active, 1 pending." });
  assertEquals(await run(todo, { items: [] }), { ok: true, result: "The list is empty." });
});

Deno.test("todo takes a list that people can read, and no more", () => {
  const items = (count: number, length = 1) => Array.from({ length: count }, () => ({ text: "x".repeat(length) }));
  assertEquals([fits(todo, { items: items(50, 500) }), fits(todo, { items: items(51) })], [true, false]);
  assertEquals([fits(todo, { items: items(1, 501) }), fits(todo, { items: [{ text: " " }] })], [false, false]);
});

Deno.test("ask_user gives the answer as it was written", async () => {
  const question = { question: "Which colour?" };
  assertEquals(await run(askUser, question, "dark  red\n"), { ok: true, result: "dark  red\n" });
  assertEquals((await run(askUser, question)).ok, true);
});

Deno.test("ask_user takes a question that fits a prompt, with a choice of answers or none", () => {
  assertEquals(fits(askUser, { question: "Which?", options: ["a", "b"] }), true);
  assertEquals(fits(askUser, { question: "Which?", options: ["a"] }), false);
  assertEquals(fits(askUser, { question: " " }), false);
  assertEquals(fits(askUser, { question: "x".repeat(2_001) }), false);
});
