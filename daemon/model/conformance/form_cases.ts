/** Case 30: an answer in another form than was asked for. */
import type { Case } from "./case.ts";
import { answered, broken, call, failed, finish, reported, text, thinking } from "./expected.ts";
import * as anthropic from "./anthropic_wire.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

export const formCases: Case[] = [
  {
    number: 30,
    name: "JSON or HTML body although `stream:true` was asked",
    on: {
      sse: [
        {
          form: "JSON",
          answers: [sse.response(
            200,
            `\n{"choices": [{"message": {"role": "assistant", "content": "Grüße"}, "finish_reason": "stop"}],\n` +
              ` "usage": {"prompt_tokens": 7, "completion_tokens": 2}}\n`,
          )],
          expected: [answered(text("Grüße"), reported(7, 2), finish("stop"))],
        },
        {
          form: "JSON with an error",
          answers: [sse.response(200, `{"error":{"message":"GPU is gone"}}`)],
          expected: [broken("reported an error: GPU is gone")],
        },
        {
          form: "JSON cut off",
          answers: [sse.response(200, `{"choices":[{"message":{"content":"Half`)],
          expected: [broken("sent something that is no chat completion")],
        },
        {
          form: "HTML",
          answers: [sse.response(200, "\n<!DOCTYPE html><title>Sign in</title>", { "content-type": "text/html" })],
          expected: [broken("sent a web page in place of an answer")],
        },
      ],
      ws: [
        {
          form: "HTML in place of the upgrade",
          answers: [sse.response(200, "<!DOCTYPE html><title>Sign in</title>", { "content-type": "text/html" })],
          expected: [broken("does not speak LMX's WebSocket (HTTP 200)")],
        },
        {
          form: "HTML in a frame",
          answers: [ws.frames("<!DOCTYPE html><title>Sign in</title>")],
          expected: [broken("it sent a frame that is not of its protocol")],
        },
      ],
      anthropic: [
        {
          form: "JSON",
          answers: [anthropic.response(
            200,
            `\n{"type": "message", "role": "assistant", "content": [{"type": "thinking", "thinking": "Hm."},\n` +
              ` {"type": "text", "text": "Grüße"}, {"type": "tool_use", "id": "a", "name": "read", "input": {"p": 1}}],\n` +
              ` "stop_reason": "tool_use", "usage": {"input_tokens": 7, "output_tokens": 2}}\n`,
          )],
          expected: [
            answered(
              thinking("Hm."),
              text("Grüße"),
              call(0, "a", "read", '{"p":1}'),
              reported(7, 2),
              finish("tool_calls"),
            ),
          ],
        },
        {
          form: "JSON with an error",
          answers: [anthropic.response(200, JSON.stringify(anthropic.error("rate_limit_error", "Slow down")))],
          expected: [failed({ code: "rate-limited", retryable: true, says: ["Slow down (rate_limit_error"] })],
        },
        {
          form: "JSON cut off",
          answers: [anthropic.response(200, `{"type":"message","content":[{"type":"text","text":"Half`)],
          expected: [broken("sent something that is no event of the Messages API")],
        },
        {
          form: "JSON of another API",
          answers: [anthropic.response(200, `{"choices":[{"message":{"content":"Yes"},"finish_reason":"stop"}]}`)],
          expected: [broken("sent something that is no event of the Messages API")],
        },
        {
          form: "HTML",
          answers: [
            anthropic.response(200, "\n<!DOCTYPE html><title>Sign in</title>", { "content-type": "text/html" }),
          ],
          expected: [broken("sent a web page in place of an answer")],
        },
      ],
    },
  },
];
