/** Cases 4 to 8: how an answer ends. */
import type { Case, Expected } from "./case.ts";
import { answered, broken, call, failed, finish, text, thinking } from "./expected.ts";
import * as anthropic from "./anthropic_wire.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const NOT_WHOLE = "said that its answer was over before there was a whole one";
const HALF_CALL = { index: 0, id: "a", function: { name: "write", arguments: '{"path":"/' } };
const WHOLE_CALL = { index: 0, id: "a", function: { name: "list", arguments: "{}" } };
/** The same on Anthropic. */
const HALF_USE = [anthropic.tool(0, { id: "a", name: "write" }), anthropic.json(0, '{"path":"/')];
const THINKS = [anthropic.block(0, { type: "thinking", thinking: "" }), anthropic.thinking("Hm.")];

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
      anthropic: [
        anthropic.sent(
          anthropic.begun("Half"),
          broken("broke off in the middle of its answer", text("Half")),
          "the body ends",
        ),
        anthropic.sent(
          [...anthropic.begun("Half"), anthropic.blockEnd(0), anthropic.stop()],
          broken("broke off in the middle of its answer", text("Half")),
          "without `message_stop`, which alone ends an answer",
        ),
        {
          form: "the connection breaks",
          answers: [[anthropic.STREAM_HEAD, { kind: "send", texts: anthropic.begun("Half") }, { kind: "cut" }]],
          expected: [broken("closed the connection in the middle of its answer", text("Half"))],
        },
      ],
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
      anthropic: [
        anthropic.sent(
          [...anthropic.begun("Yes"), anthropic.END],
          answered(text("Yes"), finish("stop")),
          "`message_stop` after text",
        ),
        anthropic.sent(
          [...anthropic.begun("Yes"), anthropic.stop(null), anthropic.stop(""), anthropic.END],
          answered(text("Yes"), finish("stop")),
          "or one that is none",
        ),
        anthropic.sent(
          [anthropic.start(), anthropic.tool(0, { id: "a", name: "list" }), anthropic.json(0, "{}"), anthropic.END],
          answered(call(0, "a", "list", ""), call(0, null, null, "{}"), finish("tool_calls")),
          "after a tool call",
        ),
        anthropic.sent(
          [anthropic.start(), ...HALF_USE, anthropic.END],
          broken(NOT_WHOLE, call(0, "a", "write", ""), call(0, null, null, '{"path":"/')),
          "in the middle of a tool call",
        ),
        anthropic.sent([anthropic.start(), anthropic.END], broken(NOT_WHOLE), "after nothing"),
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
      anthropic: [
        anthropic.sent(
          [anthropic.start(), ...THINKS],
          broken("broke off in the middle of its answer", thinking("Hm.")),
          "in a block",
        ),
        anthropic.sent(
          [anthropic.start(), ...THINKS, anthropic.blockEnd(0), anthropic.END],
          broken(NOT_WHOLE, thinking("Hm.")),
          "then `message_stop`",
        ),
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
      anthropic: [
        anthropic.sent(
          [anthropic.start(), ...HALF_USE, anthropic.blockEnd(0), anthropic.stop("max_tokens"), anthropic.END],
          answered(call(0, "a", "write", ""), call(0, null, null, '{"path":"/'), finish("length")),
          "at its end",
        ),
        anthropic.sent(
          [anthropic.start(), ...HALF_USE, anthropic.stop("model_context_window_exceeded"), anthropic.END],
          answered(call(0, "a", "write", ""), call(0, null, null, '{"path":"/'), finish("length")),
          "for want of room",
        ),
        anthropic.sent(
          [
            anthropic.start(),
            anthropic.tool(0, { id: "a", name: "list" }),
            anthropic.json(0, "{}"),
            anthropic.tool(1, { id: "b", name: "write" }),
            anthropic.json(1, '{"path":"/'),
            anthropic.stop("max_tokens"),
            anthropic.END,
          ],
          answered(
            call(0, "a", "list", ""),
            call(0, null, null, "{}"),
            call(1, "b", "write", ""),
            call(1, null, null, '{"path":"/'),
            finish("length"),
          ),
          "after a whole one",
        ),
      ],
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
      anthropic: [anthropic.sent(
        [...anthropic.begun("Yes"), anthropic.stop("eos_token"), anthropic.END],
        answered(text("Yes"), finish("eos_token")),
      )],
    },
  },
];
