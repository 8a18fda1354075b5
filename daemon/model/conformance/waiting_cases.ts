/** Cases 24 to 29: a server that keeps one waiting. */
import type { Case, Expected, Step } from "./case.ts";
import { answered, failed, finish, text } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

/** Where answers come in time on a busy machine, too, before the one that does not. */
const PATIENT_MS = 2_000;
/** Where nothing has to come in time. */
const SHORT_MS = 200;

const HOLD: Step = { kind: "hold" };
const KEEP_WARM: Step = { kind: "keep-warm", everyMs: 10 };
const YES = answered(text("Yes"), finish("stop"));
const SAYS_YES = sse.stream(sse.delta({ content: "Yes" }), sse.stop(), sse.DONE);
const FRAMES_YES = ws.frames(ws.token("Yes"), ws.done("stop"));

function noBeginning(): Expected {
  const says = ["did not begin to answer within", "model.firstTokenTimeoutMs"];
  return failed({ code: "first-token-timeout", retryable: true, says });
}

const STALLED = failed({
  code: "lmx-timeout",
  retryable: true,
  says: ["stopped in the middle of its answer", "model.tokenTimeoutMs"],
}, text("Half"));
const CANCELLED_HALF: Expected = { parts: [text("Half")] };
const CANCELLED_BEFORE: Expected = { parts: [] };

function half(...rest: Step[]): { sse: Step[]; ws: Step[] } {
  return {
    sse: [sse.STREAM_HEAD, { kind: "send", texts: [sse.delta({ content: "Half" })] }, ...rest],
    ws: [{ kind: "send", texts: [ws.token("Half")] }, ...rest],
  };
}

export const waitingCases: Case[] = [
  {
    number: 24,
    name: "stream stalls silently",
    on: {
      sse: [{ answers: [half(HOLD).sse], expected: [STALLED], timeouts: { betweenTokensMs: SHORT_MS } }],
      ws: [{ answers: [half(HOLD).ws], expected: [STALLED], timeouts: { betweenTokensMs: SHORT_MS } }],
    },
  },
  {
    number: 25,
    name: "comment frames keep a stalled stream warm: time out on data",
    on: {
      sse: [
        {
          form: "between tokens",
          answers: [half(KEEP_WARM).sse],
          expected: [STALLED],
          timeouts: { betweenTokensMs: SHORT_MS },
        },
        {
          form: "before the first token",
          answers: [[sse.STREAM_HEAD, KEEP_WARM]],
          expected: [noBeginning()],
          timeouts: { firstTokenMs: SHORT_MS },
        },
      ],
      ws: [
        {
          form: "pings, between tokens",
          answers: [half(KEEP_WARM).ws],
          expected: [STALLED],
          timeouts: { betweenTokensMs: SHORT_MS },
        },
        {
          form: "pings, before the first token",
          answers: [[KEEP_WARM]],
          expected: [noBeginning()],
          timeouts: { firstTokenMs: SHORT_MS },
        },
      ],
    },
  },
  {
    number: 26,
    name: "no headers for minutes",
    on: {
      sse: [
        {
          form: "and then an answer: the connection is there, so its limit does not count",
          answers: [[{ kind: "wait", ms: 1_500 }, ...SAYS_YES]],
          expected: [YES],
          timeouts: { connectMs: 2_000 },
        },
        { form: "nor ever", answers: [[HOLD]], expected: [noBeginning()], timeouts: { firstTokenMs: SHORT_MS } },
      ],
      ws: [{
        form: "no upgrade",
        answers: [[{ kind: "hold-upgrade" }]],
        expected: [failed({
          code: "connect-timeout",
          retryable: true,
          says: ["did not take the connection within", "model.connectTimeoutMs"],
        })],
        timeouts: { connectMs: SHORT_MS },
      }],
    },
  },
  {
    number: 27,
    name: "half-open socket after sleep",
    on: {
      sse: [{
        form: "a connection that was used before takes a request and is dead; the next one is new",
        answers: [SAYS_YES, [HOLD], SAYS_YES],
        expected: [YES, noBeginning(), YES],
        connections: 2,
        timeouts: { firstTokenMs: PATIENT_MS },
      }],
      ws: [{
        form: "a socket that was used before takes a request and is dead; the next one is new",
        answers: [FRAMES_YES, [HOLD], FRAMES_YES],
        expected: [YES, noBeginning(), YES],
        timeouts: { firstTokenMs: PATIENT_MS },
      }],
    },
  },
  {
    number: 28,
    name: "long prefill: its own first-token timeout",
    on: {
      sse: [
        {
          form: "longer than between tokens",
          answers: [[
            sse.STREAM_HEAD,
            { kind: "send", texts: [sse.delta({ role: "assistant", content: "" })] },
            { kind: "wait", ms: 1_200 },
            ...SAYS_YES.slice(1),
          ]],
          expected: [YES],
          timeouts: { betweenTokensMs: 600 },
        },
        {
          form: "too long",
          answers: [[sse.STREAM_HEAD, { kind: "send", texts: [sse.delta({ role: "assistant", content: "" })] }, HOLD]],
          expected: [noBeginning()],
          timeouts: { firstTokenMs: SHORT_MS, betweenTokensMs: 60_000 },
        },
      ],
      ws: [
        {
          form: "longer than between tokens",
          answers: [[{ kind: "wait", ms: 1_200 }, ...FRAMES_YES]],
          expected: [YES],
          timeouts: { betweenTokensMs: 600 },
        },
        {
          form: "too long",
          answers: [[HOLD]],
          expected: [noBeginning()],
          timeouts: { firstTokenMs: SHORT_MS, betweenTokensMs: 60_000 },
        },
      ],
    },
  },
  {
    number: 29,
    name: "cancel must free the slot at the server",
    on: {
      sse: [
        {
          form: "before the head",
          answers: [[HOLD]],
          expected: [CANCELLED_BEFORE],
          cancel: { when: "asked", seenAs: "closed" },
        },
        {
          form: "before the first token",
          answers: [[sse.STREAM_HEAD, HOLD]],
          expected: [CANCELLED_BEFORE],
          cancel: { when: "asked", seenAs: "closed" },
        },
        {
          form: "between tokens",
          answers: [half(HOLD).sse],
          expected: [CANCELLED_HALF],
          cancel: { when: "answering", seenAs: "closed" },
        },
      ],
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
    },
  },
];
