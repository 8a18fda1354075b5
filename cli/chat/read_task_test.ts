import { assertEquals, assertThrows } from "@std/assert";
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError } from "../exit.ts";
import { composeTask } from "./read_task.ts";

Deno.test("composeTask() puts words and input together", () => {
  assertEquals(composeTask(["summarise", "this"], "one\ntwo"), "summarise this\n\none\ntwo");
  assertEquals(composeTask(["count to 20"], " \n"), "count to 20");
  assertEquals(composeTask([], "  count to 20"), "  count to 20");
});

Deno.test("composeTask() refuses nothing and too much", () => {
  assertThrows(() => composeTask([" "], ""), CliError, "What is to be done?");
  assertThrows(() => composeTask(["x"], "y".repeat(MAX_CONTENT_LENGTH)), CliError, "too long");
});
