import { assertEquals } from "@std/assert";
import { configHelp } from "./config_help.ts";
import { configFields } from "./config_keys.ts";

Deno.test("configHelp() says of every key what it does, what it accepts, what is usual, and its variable", () => {
  const help = configHelp();
  for (const [key, field] of Object.entries(configFields)) {
    const [, text = ""] = help.split(`  ${key}\n`);
    const [summary, accepts, usual, variable] = text.split("\n").map((line) => line.trim());
    assertEquals([summary, usual], [field.summary, `default: ${field.usual}`], key);
    assertEquals(/^accepts \S/.test(accepts ?? ""), true, key);
    if ("env" in field) assertEquals(variable, `variable: ${field.env}`);
  }
});
