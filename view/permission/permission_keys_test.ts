import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type AnswerKey, type AskAct, type AskPhase, describeKeys, type Offers, pressKey } from "./permission_keys.ts";

const all: Offers = { canWiden: true, canExplain: true, isFolded: true, answers: null };
const text = (text: string): AnswerKey => ({ name: "text", text });

function choiceOf(key: string, offers = all): unknown {
  const { act } = pressKey("open", text(key), true, offers);
  return act.kind === "decide" ? act.choice : act.kind;
}

Deno.test("pressKey() takes the keys that the question names", () => {
  assertEquals(choiceOf("y"), { decision: "allow", scope: "once" });
  assertEquals(choiceOf("n"), { decision: "deny" });
  assertEquals(choiceOf("s"), { decision: "allow", scope: "session" });
  assertEquals(choiceOf("A"), { decision: "allow", scope: "always" });
  assertEquals(choiceOf("v"), "unfold");
  assertEquals(pressKey("open", text("d"), true, all), { phase: "writing", act: { kind: "taken" } });
});

Deno.test("pressKey() takes no key for what is not offered", () => {
  const nothing: Offers = { canWiden: false, canExplain: false, isFolded: false, answers: null };
  for (const key of ["s", "a", "d", "v", "toString"]) assertEquals(choiceOf(key, nothing), "free");
  assertEquals(describeKeys(nothing), "y yes · n no");
  assertEquals(
    describeKeys(all),
    "y yes · n no · s yes for this session · a always in this folder · d no, and say why · v show all",
  );
});

Deno.test("pressKey() takes the number of an answer, or goes on to write one", () => {
  const question: Offers = { canWiden: false, canExplain: true, isFolded: false, answers: ["red", "blue"] };
  assertEquals(choiceOf("2", question), { decision: "allow", answer: "blue" });
  assertEquals(choiceOf("n", question), { decision: "deny" });
  assertEquals(pressKey("open", text("w"), true, question).phase, "writing");
  for (const key of ["3", "0", "y", "s", "d"]) assertEquals(choiceOf(key, question), "free");
  assertEquals(describeKeys(question), "1 to 2 choose · w write an answer · n no answer");
  assertEquals(describeKeys({ ...question, answers: [] }), "w write an answer · n no answer");
});

Deno.test("Enter alone does nothing, neither before keys count nor when they do", () => {
  for (const phase of ["guarded", "open"] as const) {
    assertEquals(pressKey(phase, { name: "enter" }, true, all), { phase: "guarded", act: { kind: "taken" } });
  }
});

const anyKey = fc.oneof(
  fc.constantFrom(..."ynsadvYN x").map(text),
  fc.string({ minLength: 1 }).map(text),
  fc.constantFrom<AnswerKey>({ name: "enter" }, { name: "newline" }, { name: "backspace" }, { name: "up" }),
);
const anyEvent = fc.oneof(
  fc.record({ kind: fc.constant("key" as const), key: anyKey, isAlone: fc.boolean() }),
  fc.constant({ kind: "quiet" as const }),
);

Deno.test("typing ahead never decides: only one key of its own, right after the quiet, does [security 13]", () => {
  fc.assert(fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
    let phase: AskPhase = "guarded";
    let wasQuiet = false;
    for (const event of events) {
      if (event.kind === "quiet") {
        if (phase === "guarded") phase = "open";
        wasQuiet = true;
        continue;
      }
      const pressed: { phase: AskPhase; act: AskAct } = pressKey(phase, event.key, event.isAlone, all);
      if (pressed.act.kind === "decide" || pressed.phase === "writing" && phase !== "writing") {
        assert(wasQuiet && event.isAlone);
        assert(event.key.name === "text" && /^[ynsad]$/i.test(event.key.text ?? ""));
        return;
      }
      phase = pressed.phase;
      wasQuiet = false;
    }
  }));
});
