import { assertEquals, assertThrows } from "@std/assert";
import { MAX_CONTENT_LENGTH } from "@opta/protocol";
import { CliError } from "../exit.ts";
import { composeTask } from "./read_task.ts";

Deno.test("composeTask() puts words and input together", () => {
  assertEquals(composeTask(["summarise", "this"], "one\ntwo", "opta do"), "summarise this\n\none\ntwo");
  assertEquals(composeTask(["count to 20"], " \n", "opta do"), "count to 20");
  assertEquals(composeTask([], "  count to 20", "opta do"), "  count to 20");
});

Deno.test("composeTask() refuses nothing and too much", () => {
  assertThrows(() => composeTask([" "], "", "opta do"), CliError, "What is to be done?");
  assertThrows(() => composeTask(["x"], "y".repeat(MAX_CONTENT_LENGTH), "opta do"), CliError, "too long");
});
