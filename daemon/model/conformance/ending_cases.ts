/** Cases 4 to 8: how an answer ends. */
import type { Case, Expected } from "./case.ts";
import { answered, broken, call, failed, finish, text, thinking } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const NOT_WHOLE = "said that its answer was over before there was a whole one";
const HALF_CALL = { index: 0, id: "a", function: { name: "write", arguments: '{"path":"/' } };
const WHOLE_CALL = { index: 0, id: "a", function: { name: "list", arguments: "{}" } };

function socketClosed(...parts: Expected["parts"]): Expected {
  return failed({ code: "lmx-ws-closed", retryable: true, says: ["closed in the middle of the answer"] }, ...parts);
}

export const endingCases: Case[] = [
  {
    number: 4,
    name: "EOF without finish_reason is incomplete",
    on: {
      sse: [
        sse.sent(
          [sse.delta({ content: "Half" })],
          broken("broke off in the middle of its answer", text("Half")),
          "the body ends",
        ),
        {
          form: "the connection breaks",
          answers: [[sse.STREAM_HEAD, { kind: "send", texts: [sse.delta({ content: "Half" })] }, { kind: "cut" }]],
          expected: [broken("closed the connection in the middle of its answer", text("Half"))],
        },
      ],
      ws: [{ answers: [ws.framesAndCut(ws.token("Half"))], expected: [socketClosed(text("Half"))] }],
    },
  },
  {
    number: 5,
    name: "`[DONE]` without finish_reason",
    on: {
      sse: [
        sse.sent([sse.delta({ content: "Yes" }), sse.DONE], answered(text("Yes"), finish("stop")), "after text"),
        sse.sent(
          [sse.toolDelta(WHOLE_CALL), sse.DONE],
          answered(call(0, "a", "list", "{}"), finish("tool_calls")),
          "after a tool call",
        ),
        sse.sent(
          [sse.toolDelta(HALF_CALL), sse.DONE],
          broken(NOT_WHOLE, call(0, "a", "write", '{"path":"/')),
          "in the middle of a tool call",
        ),
        sse.sent([sse.delta({ role: "assistant" }), sse.DONE], broken(NOT_WHOLE), "after nothing"),
      ],
      ws: [
        ws.sent([ws.token("Yes"), ws.done(null)], answered(text("Yes"), finish("stop")), "after text"),
        ws.sent(
          [ws.toolDelta({ index: 0, id: "a", name: "list", arguments: "{}" }), ws.done(null)],
          answered(call(0, "a", "list", "{}"), finish("tool_calls")),
          "after a tool call",
        ),
        ws.sent(
          [ws.toolDelta({ index: 0, id: "a", name: "write", arguments: '{"path":"/' }), ws.done(null)],
          broken(NOT_WHOLE, call(0, "a", "write", '{"path":"/')),
          "in the middle of a tool call",
        ),
        ws.sent([ws.done(null)], broken(NOT_WHOLE), "after nothing"),
      ],
    },
  },
  {
    number: 6,
    name: "only reasoning, then EOF",
    on: {
      sse: [
        sse.sent(
          [sse.delta({ reasoning_content: "Hm." })],
          broken("broke off in the middle of its answer", thinking("Hm.")),
          "in a field",
        ),
        sse.sent(
          [sse.delta({ content: "<think>Hm." })],
          broken("broke off in the middle of its answer", thinking("Hm.")),
          "in a tag",
        ),
        sse.sent([sse.delta({ reasoning: "Hm." }), sse.DONE], broken(NOT_WHOLE, thinking("Hm.")), "then `[DONE]`"),
      ],
      ws: [
        {
          form: "in a tag",
          answers: [ws.framesAndCut(ws.token("<think>Hm."))],
          expected: [socketClosed(thinking("Hm."))],
        },
        ws.sent([ws.token("<think>Hm."), ws.done(null)], broken(NOT_WHOLE, thinking("Hm.")), "then `chat.done`"),
      ],
    },
  },
  {
    number: 7,
    name: "`length` in the middle of a tool call: it is not executed",
    on: {
      sse: [
        sse.sent(
          [sse.toolDelta(HALF_CALL), sse.delta({}, "length"), sse.DONE],
          answered(call(0, "a", "write", '{"path":"/'), finish("length")),
          "at its end",
        ),
        sse.sent(
          [sse.toolDelta(WHOLE_CALL), sse.toolDelta({ ...HALF_CALL, index: 1, id: "b" }), sse.delta({}, "length")],
          answered(call(0, "a", "list", "{}"), call(1, "b", "write", '{"path":"/'), finish("length")),
          "after a whole one",
        ),
      ],
      ws: [ws.sent(
        [ws.toolDelta({ index: 0, id: "a", name: "write", arguments: '{"path":"/' }), ws.done("length")],
        answered(call(0, "a", "write", '{"path":"/'), finish("length")),
      )],
    },
  },
  {
    number: 8,
    name: "unknown finish_reason",
    on: {
      sse: [sse.sent(
        [sse.delta({ content: "Yes" }), sse.delta({}, "eos_token"), sse.DONE],
        answered(text("Yes"), finish("eos_token")),
      )],
      ws: [ws.sent([ws.token("Yes"), ws.done("eos_token")], answered(text("Yes"), finish("eos_token")))],
    },
  },
];
