import { assertEquals } from "@std/assert";
import { summarizeCall } from "./tool_summary.ts";

const subjectOf = (args: Record<string, unknown>) => summarizeCall({ toolName: "x", args }).subject;

Deno.test("summarizeCall() picks the argument that says what a call is about", () => {
  assertEquals(subjectOf({ limit: 3, path: "a.ts" }), "a.ts");
  assertEquals(subjectOf({ path: ".", pattern: "TODO" }), "TODO");
  assertEquals(subjectOf({ cwd: "/w", command: "npm test" }), "npm test");
  assertEquals(subjectOf({ options: ["a"], question: "Which?" }), "Which?");
  assertEquals(subjectOf({ items: [{ text: "one" }, { text: "two" }] }), "one, two");
  assertEquals(subjectOf({ ids: [1, { a: 2 }] }), '[1,{"a":2}]');
  assertEquals(subjectOf({}), "");
});

Deno.test("summarizeCall() is short, however long an argument is", () => {
  assertEquals(subjectOf({ path: "x".repeat(100_000) }).length, 1_000);
  assertEquals(summarizeCall({ toolName: "y".repeat(5_000), args: {} }).name.length, 1_000);
});
