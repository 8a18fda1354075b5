/** Case 30: an answer in another form than was asked for. */
import type { Case } from "./case.ts";
import { answered, broken, finish, reported, text } from "./expected.ts";
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
    },
  },
];
