import { assertEquals } from "@std/assert";
import { typeSecret } from "./read_secret.ts";

Deno.test("typeSecret() takes what is typed or pasted, up to Enter", () => {
  assertEquals(typeSecret("", "sk-"), { text: "sk-", end: null });
  assertEquals(typeSecret("sk-", "ant-1\rrest"), { text: "sk-ant-1", end: "enter" });
  assertEquals(typeSecret("sk", "\n"), { text: "sk", end: "enter" });
  assertEquals(typeSecret("sk", "\x04"), { text: "sk", end: "enter" });
});

Deno.test("typeSecret() takes back characters and all of it, and forgets it on Ctrl-C", () => {
  assertEquals(typeSecret("ab", "\x7f\x7f\x7fc🔑\bd"), { text: "cd", end: null });
  assertEquals(typeSecret("wrong", "\x15right\r"), { text: "right", end: "enter" });
  assertEquals(typeSecret("sk", "x\x03y"), { text: "", end: "interrupt" });
});
