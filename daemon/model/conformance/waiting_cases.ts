/** Cases 27 to 29: a server that is gone, takes its time, or is not wanted any more. */
import * as anthropic from "./anthropic_wire.ts";
import type { Case, Expected, Step, Trial } from "./case.ts";
import { answered, call, finish, reported, text } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import { half, HOLD, noBeginning, PATIENT_MS, SAYS_YES, SHORT_MS, YES } from "./waiting_steps.ts";

const CANCELLED_HALF: Expected = { parts: [text("Half")] };
const CANCELLED_BEFORE: Expected = { parts: [] };

/** What a server sends while it reads the prompt. */
const PREFILL: Record<"sse" | "anthropic", Step[]> = {
  sse: [sse.STREAM_HEAD, { kind: "send", texts: [sse.delta({ role: "assistant", content: "" })] }],
  anthropic: [anthropic.STREAM_HEAD, {
    kind: "send",
    texts: [anthropic.start({ usage: { input_tokens: 7 } }), anthropic.PING],
  }],
};

/** Over HTTP, whatever stands in the body. */
function deadConnection(saysYes: Step[]): Trial {
  return {
    form: "a connection that was used before takes a request and is dead; the next one is new",
    answers: [saysYes, [HOLD], saysYes],
    expected: [YES, noBeginning(), YES],
    connections: 2,
    timeouts: { firstTokenMs: PATIENT_MS },
  };
}

function longPrefill(slow: Step[], tooSlow: Step[], expected = YES): Trial[] {
  return [
    { form: "longer than between tokens", answers: [slow], expected: [expected], timeouts: { betweenTokensMs: 600 } },
    {
      form: "too long",
      answers: [tooSlow],
      expected: [noBeginning()],
      timeouts: { firstTokenMs: SHORT_MS, betweenTokensMs: 60_000 },
    },
  ];
}

function cancelledOverHttp(begun: Step[], inCall: Step[]): Trial[] {
  const before = (form: string, answer: Step[]): Trial => {
    return { form, answers: [answer], expected: [CANCELLED_BEFORE], cancel: { when: "asked", seenAs: "closed" } };
  };
  return [
    before("before the head", [HOLD]),
    before("before the first token", [sse.STREAM_HEAD, HOLD]),
    {
      form: "between tokens",
      answers: [begun],
      expected: [CANCELLED_HALF],
      cancel: { when: "answering", seenAs: "closed" },
    },
    {
      form: "in a tool call",
      answers: [[sse.STREAM_HEAD, ...inCall, HOLD]],
      expected: [{ parts: [call(0, "a", "list", "")] }],
      cancel: { when: "answering", seenAs: "closed" },
    },
  ];
}

export const waitingCases: Case[] = [
  {
    number: 27,
    name: "half-open socket after sleep",
    on: {
      sse: [deadConnection(SAYS_YES.sse)],
      ws: [{
        form: "a socket that was used before takes a request and is dead; the next one is new",
        answers: [SAYS_YES.ws, [HOLD], SAYS_YES.ws],
        expected: [YES, noBeginning(), YES],
        timeouts: { firstTokenMs: PATIENT_MS },
      }],
      anthropic: [deadConnection(SAYS_YES.anthropic)],
    },
  },
  {
    number: 28,
    name: "long prefill: its own first-token timeout",
    on: {
      sse: longPrefill(
        [...PREFILL.sse, { kind: "wait", ms: 1_200 }, ...SAYS_YES.sse.slice(1)],
        [...PREFILL.sse, HOLD],
      ),
      ws: longPrefill([{ kind: "wait", ms: 1_200 }, ...SAYS_YES.ws], [HOLD]),
      anthropic: longPrefill(
        [...PREFILL.anthropic, { kind: "wait", ms: 1_200 }, ...SAYS_YES.anthropic.slice(1)],
        [...PREFILL.anthropic, HOLD],
        answered(text("Yes"), reported(7, 0), finish("stop")),
      ),
    },
  },
  {
    number: 29,
    name: "cancel must free the slot at the server",
    on: {
      sse: cancelledOverHttp(half(HOLD).sse, [{
        kind: "send",
        texts: [sse.toolDelta({ index: 0, id: "a", function: { name: "list", arguments: "" } })],
      }]),
      ws: [
        {
          form: "before the first frame, which names the request",
          answers: [[HOLD]],
          expected: [CANCELLED_BEFORE],
          cancel: { when: "asked", seenAs: "closed" },
        },
        {
          form: "between tokens",
          answers: [half(HOLD).ws],
          expected: [CANCELLED_HALF],
          cancel: { when: "answering", seenAs: "cancelled" },
        },
      ],
      anthropic: cancelledOverHttp(half(HOLD).anthropic, [{
        kind: "send",
        texts: [anthropic.start(), anthropic.tool(0, { id: "a", name: "list" })],
      }]),
    },
  },
];
