import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { lookUp } from "./demo_knowledge.ts";

const answers: Record<string, string> = {
  "what is opta?": "Opta is a local daemon",
  "explain opta": "Opta is a local daemon",
  "hello": "Hello! I am opta-demo",
  "who are you?": "I am **opta-demo**",
  "are you a real model": "I am **opta-demo**",
  "what can you do": "I can\n\n- answer questions",
  "how do i set a model server": "opta config set connection.host",
  "how do i connect to ollama?": "opta config set connection.host",
  "what is the daemon": "The daemon is the one long-lived process",
  "how do i stop the daemon": "opta daemon stop",
  "how do i cancel": "Press **Ctrl-C**",
  "how do i stop an answer?": "Press **Ctrl-C**",
  "how do i attach to a session?": "opta chat --resume ID",
  "attach/resume": "opta chat --resume ID",
  "can several clients use one session": "all see the same order",
  "where are my sessions": "SQLite database",
  "is it secure?": "Host and Origin",
  "what permissions does opta have?": "Host and Origin",
  "which commands are there": "`opta do TASK`",
  "thank you": "You are welcome",
};

for (const [question, text] of Object.entries(answers)) {
  Deno.test(`lookUp() knows: ${question}`, () => assertStringIncludes(lookUp(question) ?? "nothing", text));
}

Deno.test("lookUp() finds nothing where nothing fits", () => {
  for (
    const request of [
      "what is the meaning of life",
      "explain monads",
      "write a program that cancels a session",
      "translate this into french: attach the file to the session",
      "",
    ]
  ) assertEquals(lookUp(request), null, request);
});

Deno.test("lookUp() wants more of a long request than a word that occurs by chance", () => {
  const story = "once upon a time there lived an old man near the sea who had one wish and that was to";
  assertEquals(lookUp(`${story} attach a rope to the moon and climb up it every night`), null);
  assert(lookUp("attach a rope to the moon") !== null);
});
