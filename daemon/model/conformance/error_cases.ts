/** Cases 1 to 3: the server says that something is wrong. */
import type { Case, Trial } from "./case.ts";
import { answered, broken, failed, finish, text } from "./expected.ts";
import * as anthropic from "./anthropic_wire.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const HALF = sse.delta({ content: "Half" });

/** The request is refused before there is a stream. */
function refused(
  status: number,
  body: object,
  failure: { code: "bad-response" | "rate-limited"; retryable: boolean; afterMs?: number | null; says: string },
  headers: Record<string, string> = {},
): Trial {
  const { says, afterMs, ...kind } = failure;
  return {
    form: `${status}, ${says}`,
    answers: [sse.response(status, JSON.stringify(body), headers)],
    expected: [failed({ ...kind, says: [says], ...(afterMs !== undefined && { again: { afterMs } }) })],
  };
}

export const errorCases: Case[] = [
  {
    number: 1,
    name: "error object inside a 200 stream, then `[DONE]`",
    on: {
      sse: [
        sse.sent(
          [HALF, sse.data({ error: { message: "GPU is gone", code: 500 } }), sse.DONE],
          broken("reported an error: GPU is gone (500)", text("Half")),
          "as OpenAI writes it",
        ),
        sse.sent(
          [HALF, sse.data({ error: "GPU is gone" }), sse.DONE],
          broken("reported an error: GPU is gone", text("Half")),
          "as a text",
        ),
        sse.sent(
          [HALF, sse.data({ object: "error", message: "GPU is gone", code: 500 }), sse.DONE],
          broken("reported an error: GPU is gone (500)", text("Half")),
          "as vLLM wrote it",
        ),
        sse.sent(
          [HALF, `event: error\ndata: GPU is gone\n\n`, sse.DONE],
          broken("reported an error: GPU is gone", text("Half")),
          "as an event of that name",
        ),
        sse.sent(
          [HALF, sse.data({ error: { message: "Slow down", code: "rate_limit_exceeded" } }), sse.DONE],
          broken("Slow down (rate_limit_exceeded)", text("Half")),
          "which is not asked again",
        ),
      ],
      ws: [
        ws.sent(
          [ws.token("Half"), ws.error("GPU is gone"), ws.done("error")],
          broken("reported an error: GPU is gone", text("Half")),
          "then `chat.done`",
        ),
        {
          form: "whose `chat.done` comes with the next answer",
          answers: [
            ws.frames(ws.token("Half"), ws.error("GPU is gone")),
            ws.frames(ws.done("error").replace("{{id}}", "{{previous}}"), ws.token("Yes"), ws.done("stop")),
          ],
          expected: [
            broken("reported an error: GPU is gone", text("Half")),
            answered(text("Yes"), finish("stop")),
          ],
        },
      ],
      anthropic: [
        anthropic.sent(
          [
            ...anthropic.begun("Half"),
            anthropic.event("error", anthropic.error("api_error", "GPU is gone")),
            anthropic.stop(),
            anthropic.END,
          ],
          broken("reported an error: GPU is gone (api_error, request req_1)", text("Half")),
          "as Anthropic writes it, then `message_stop`",
        ),
        anthropic.sent(
          [anthropic.event("error", anthropic.error("overloaded_error", "Overloaded"))],
          broken("reported an error: Overloaded (overloaded_error, request req_1)"),
          "before anything else, which is not asked again",
        ),
        anthropic.sent(
          [...anthropic.begun("Half"), anthropic.event("error", anthropic.error("rate_limit_error", "Slow down"))],
          failed(
            { code: "rate-limited", retryable: true, says: ["Slow down (rate_limit_error, request"] },
            text("Half"),
          ),
          "which is not asked again either",
        ),
        anthropic.sent(
          [...anthropic.begun("Half"), anthropic.event("error", { error: "GPU is gone" }), anthropic.END],
          broken("reported an error: GPU is gone", text("Half")),
          "as a text",
        ),
        anthropic.sent(
          [...anthropic.begun("Half"), "event: error\ndata: GPU is gone\n\n", anthropic.END],
          broken("reported an error: GPU is gone", text("Half")),
          "as an event of that name",
        ),
        anthropic.sent(
          [...anthropic.begun("Half"), sse.data({ error: { message: "GPU is gone", code: 500 } }), sse.DONE],
          broken("reported an error: GPU is gone (500)", text("Half")),
          "as OpenAI writes it",
        ),
      ],
    },
  },
  {
    number: 2,
    name: "`choices:[]` plus `error`",
    on: {
      sse: [
        sse.sent(
          [HALF, sse.data({ choices: [], error: { message: "Out of memory" } }), sse.DONE],
          broken("reported an error: Out of memory", text("Half")),
          "empty choices",
        ),
        sse.sent(
          [HALF, sse.delta({ content: "" }, "error", { error: { message: "Out of memory" } }), sse.DONE],
          broken("reported an error: Out of memory", text("Half")),
          "beside a choice that ends",
        ),
      ],
      ws: "An error is a frame of its own, and frames have no `choices`.",
      anthropic: "An error is an event of its own, and events have no `choices`.",
    },
  },
  {
    number: 3,
    name: "structured error fields kept",
    on: {
      sse: [
        sse.sent(
          [sse.data({ error: { message: "Bad value", type: "invalid_request_error", code: "bad", param: "top_p" } })],
          broken("Bad value (bad, invalid_request_error, param top_p)"),
          "in the stream",
        ),
        refused(400, { error: { message: "Bad value", type: "invalid_request_error", code: null, param: "top_p" } }, {
          code: "bad-response",
          retryable: false,
          says: "(HTTP 400): Bad value (invalid_request_error, param top_p)",
        }),
        refused(401, { error: { message: "No such key" } }, {
          code: "bad-response",
          retryable: false,
          says: 'No such key. Set it with "opta config set connection.apiKey KEY" or in OPTA_API_KEY',
        }),
        refused(429, { error: { message: "Slow down", type: "requests" } }, {
          code: "rate-limited",
          retryable: true,
          afterMs: 7_000,
          says: "(HTTP 429): Slow down (requests)",
        }, { "retry-after": "7" }),
        refused(429, { error: { message: "Too many" } }, {
          code: "rate-limited",
          retryable: true,
          afterMs: null,
          says: "(HTTP 429): Too many",
        }, { "retry-after": "-7" }),
        refused(429, { error: { message: "You exceeded your current quota", code: "insufficient_quota" } }, {
          code: "rate-limited",
          retryable: false,
          says: "You exceeded your current quota (insufficient_quota)",
        }, { "retry-after": "7" }),
        refused(429, { error: { message: "Please check your billing details" } }, {
          code: "rate-limited",
          retryable: false,
          says: "Please check your billing details",
        }),
        refused(502, { error: { message: "No upstream" } }, {
          code: "bad-response",
          retryable: true,
          afterMs: 30_000,
          says: "No upstream",
        }, { "retry-after": "30" }),
        refused(503, { error: { message: "Loading model", type: "unavailable_error", code: 503 } }, {
          code: "bad-response",
          retryable: true,
          afterMs: null,
          says: "Loading model (503, unavailable_error)",
        }),
        refused(500, { error: { message: "CUDA error" } }, {
          code: "bad-response",
          retryable: true,
          says: "(HTTP 500): CUDA error",
        }),
      ],
      ws: "`chat.error` carries one text, which is kept.",
      anthropic: [
        refused(400, anthropic.error("invalid_request_error", "top_p: bad value"), {
          code: "bad-response",
          retryable: false,
          says: "(HTTP 400): top_p: bad value (invalid_request_error, request req_1)",
        }),
        refused(401, anthropic.error("authentication_error", "invalid x-api-key"), {
          code: "bad-response",
          retryable: false,
          says: "(HTTP 401): invalid x-api-key (authentication_error, request req_1). Set one with",
        }),
        refused(402, anthropic.error("billing_error", "No credit"), {
          code: "bad-response",
          retryable: false,
          says: "(HTTP 402): No credit (billing_error, request req_1)",
        }),
        refused(429, anthropic.error("rate_limit_error", "Slow down"), {
          code: "rate-limited",
          retryable: true,
          afterMs: 7_000,
          says: "(HTTP 429): Slow down (rate_limit_error, request req_1)",
        }, { "retry-after": "7" }),
        refused(529, anthropic.error("overloaded_error", "Overloaded"), {
          code: "bad-response",
          retryable: true,
          afterMs: null,
          says: "(HTTP 529): Overloaded (overloaded_error, request req_1)",
        }),
        refused(500, anthropic.error("api_error", "Internal server error"), {
          code: "bad-response",
          retryable: true,
          says: "(HTTP 500): Internal server error (api_error, request req_1)",
        }),
        refused(502, { error: { message: "No upstream", type: "server_error" } }, {
          code: "bad-response",
          retryable: true,
          afterMs: null,
          says: "(HTTP 502): No upstream (server_error)",
        }),
      ],
    },
  },
];
