/** Cases 24 to 26: a server that does not say anything, or nothing that counts. */
import * as anthropic from "./anthropic_wire.ts";
import type { Case, Step, Transport, Trial } from "./case.ts";
import { call, failed, text } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import { half, HOLD, noBeginning, SAYS_YES, SHORT_MS, stalled, YES } from "./waiting_steps.ts";
import * as ws from "./ws_wire.ts";

/** On a machine on which 10 ms are not always 10 ms. */
const EVERY_MS = 10;

function warm(text?: string): Step {
  return { kind: "keep-warm", everyMs: EVERY_MS, ...(text !== undefined && { text }) };
}

/** Data without end that says nothing. */
const EMPTY: Record<Transport, Step> = {
  sse: warm(
    sse.delta({ role: "assistant", content: "", reasoning: null, tool_calls: [] }) + sse.data({ choices: [] }),
  ),
  ws: warm(ws.token("")),
  anthropic: warm(anthropic.text("") + anthropic.thinking("") + anthropic.event("telemetry") + anthropic.blockEnd(7)),
};

function stallsBetween(answer: Step[], form?: string): Trial {
  return {
    ...(form !== undefined && { form }),
    answers: [answer],
    expected: [stalled(text("Half"))],
    timeouts: { betweenTokensMs: SHORT_MS },
  };
}

function neverBegins(answer: Step[], form: string): Trial {
  return { form, answers: [answer], expected: [noBeginning()], timeouts: { firstTokenMs: SHORT_MS } };
}

/** The pieces of a call become empty. */
function stallsInCall(answer: Step[]): Trial {
  return {
    form: "empty pieces of a call",
    answers: [answer],
    expected: [stalled(call(0, "a", "list", ""))],
    timeouts: { betweenTokensMs: SHORT_MS },
  };
}

/** Over HTTP, whatever stands in the body. */
function noHead(saysYes: Step[]): Trial[] {
  return [
    {
      form: "and then an answer: the connection is there, so its limit does not count",
      answers: [[{ kind: "wait", ms: 1_500 }, ...saysYes]],
      expected: [YES],
      timeouts: { connectMs: 2_000 },
    },
    neverBegins([HOLD], "nor ever"),
  ];
}

export const stallCases: Case[] = [
  {
    number: 24,
    name: "stream stalls silently",
    on: {
      sse: [stallsBetween(half(HOLD).sse)],
      ws: [stallsBetween(half(HOLD).ws)],
      anthropic: [stallsBetween(half(HOLD).anthropic)],
    },
  },
  {
    number: 25,
    name: "comment frames keep a stalled stream warm: time out on data",
    on: {
      sse: [
        stallsBetween(half(warm()).sse, "between tokens"),
        neverBegins([sse.STREAM_HEAD, warm()], "before the first token"),
        stallsBetween(half(EMPTY.sse).sse, "empty data, between tokens"),
        neverBegins([sse.STREAM_HEAD, EMPTY.sse], "empty data, before the first token"),
        stallsInCall([
          sse.STREAM_HEAD,
          { kind: "send", texts: [sse.toolDelta({ index: 0, id: "a", function: { name: "list", arguments: "" } })] },
          warm(sse.toolDelta({ index: 0, id: "a", function: { name: "list", arguments: "" } })),
        ]),
        {
          form: "empty data after a whole answer",
          answers: [[
            sse.STREAM_HEAD,
            { kind: "send", texts: [sse.delta({ content: "Yes" }), sse.stop()] },
            EMPTY.sse,
          ]],
          expected: [YES],
          timeouts: { betweenTokensMs: SHORT_MS },
        },
      ],
      ws: [
        stallsBetween(half(warm()).ws, "pings, between tokens"),
        neverBegins([warm()], "pings, before the first token"),
        stallsBetween(half(EMPTY.ws).ws, "empty frames, between tokens"),
        neverBegins([EMPTY.ws], "empty frames, before the first token"),
        stallsInCall([
          { kind: "send", texts: [ws.toolDelta({ index: 0, id: "a", name: "list" })] },
          warm(ws.toolDelta({ index: 0, arguments: "" })),
        ]),
      ],
      anthropic: [
        stallsBetween(half(warm(anthropic.PING)).anthropic, "pings, between tokens"),
        neverBegins(
          [anthropic.STREAM_HEAD, { kind: "send", texts: [anthropic.start()] }, warm(anthropic.PING)],
          "pings, before the first token",
        ),
        stallsBetween(half(warm()).anthropic, "comments"),
        stallsBetween(half(EMPTY.anthropic).anthropic, "empty events, between tokens"),
        neverBegins([anthropic.STREAM_HEAD, EMPTY.anthropic], "empty events, before the first token"),
        stallsInCall([
          anthropic.STREAM_HEAD,
          { kind: "send", texts: [anthropic.start(), anthropic.tool(0, { id: "a", name: "list" })] },
          warm(anthropic.json(0, "")),
        ]),
      ],
    },
  },
  {
    number: 26,
    name: "no headers for minutes",
    on: {
      sse: noHead(SAYS_YES.sse),
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
      anthropic: noHead(SAYS_YES.anthropic),
    },
  },
];
