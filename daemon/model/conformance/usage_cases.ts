/** Cases 9 to 12: what the server counted. */
import type { Case, Trial } from "./case.ts";
import { answered, estimated, finish, reported, text } from "./expected.ts";
import * as anthropic from "./anthropic_wire.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const YES = sse.delta({ content: "Yes" });
const USAGE = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const COUNTED = answered(text("Yes"), reported(7, 2), finish("stop"));
const UNCOUNTED = answered(text("Yes"), finish("stop"));
/** Anthropic's, of 3 + 2 + 2 tokens to 2. */
const READ = { input_tokens: 3, cache_creation_input_tokens: 2, cache_read_input_tokens: 2 };
const BEGUN = anthropic.begun("Yes").slice(1);
const IN_DONE = "Usage stands in `chat.done`, which has no `choices`.";

/** An event that would say why the answer ends, and does not. */
function usageAlone(more: object): string {
  return anthropic.event("message_delta", { ...more, usage: { ...READ, output_tokens: 2 } });
}

/** It refuses the request that asks for usage, and remembers to be asked without. */
const refusal: Trial = {
  form: "the option is refused",
  answers: [
    sse.response(400, JSON.stringify({ error: { message: "Unknown field: stream_options", type: "invalid" } })),
    sse.stream(YES, sse.stop(), sse.DONE),
    sse.stream(YES, sse.stop(), sse.DONE),
  ],
  expected: [UNCOUNTED, UNCOUNTED],
};

export const usageCases: Case[] = [
  {
    number: 9,
    name: "usage-only chunk with empty or null `choices`",
    on: {
      sse: [
        sse.sent([YES, sse.stop(), sse.data({ choices: [], usage: USAGE }), sse.DONE], COUNTED, "empty"),
        sse.sent([YES, sse.stop(), sse.data({ choices: null, usage: USAGE }), sse.DONE], COUNTED, "null"),
      ],
      ws: IN_DONE,
      anthropic: [
        anthropic.sent(
          [anthropic.start(), ...BEGUN, anthropic.stop(), usageAlone({ delta: {} }), anthropic.END],
          COUNTED,
          "an event without a reason",
        ),
        anthropic.sent(
          [anthropic.start(), ...BEGUN, anthropic.stop(), usageAlone({ delta: null }), anthropic.END],
          COUNTED,
          "null",
        ),
      ],
    },
  },
  {
    number: 10,
    name: "usage in the chunk that carries stop",
    on: {
      sse: [sse.sent([YES, sse.stop({ usage: USAGE }), sse.DONE], COUNTED)],
      ws: [
        ws.sent(
          [ws.token("Yes"), ws.done("stop", { usage: USAGE })],
          answered(text("Yes"), estimated(7, 2), finish("stop")),
        ),
      ],
      anthropic: [
        anthropic.sent(
          [
            anthropic.start({ usage: { ...READ, output_tokens: 1 } }),
            ...BEGUN,
            anthropic.stop("end_turn", { output_tokens: 2 }),
            anthropic.END,
          ],
          COUNTED,
          "the rest of it stood at the beginning",
        ),
        anthropic.sent(
          [anthropic.start(), ...BEGUN, anthropic.stop("end_turn", { ...READ, output_tokens: 2 }), anthropic.END],
          COUNTED,
          "all of it",
        ),
      ],
    },
  },
  {
    number: 11,
    name: "usage absent; `stream_options` rejected with 400: retry without it",
    on: {
      sse: [
        sse.sent([YES, sse.stop(), sse.DONE], UNCOUNTED, "absent"),
        sse.sent([YES, sse.stop({ usage: null }), sse.DONE], UNCOUNTED, "null"),
        sse.sent([YES, sse.stop({ usage: { prompt_tokens: "many" } }), sse.DONE], UNCOUNTED, "no numbers"),
        refusal,
      ],
      ws: [
        ws.sent([ws.token("Yes"), ws.done("stop")], UNCOUNTED, "absent"),
        ws.sent([ws.token("Yes"), ws.done("stop", { usage: null })], UNCOUNTED, "null"),
        ws.sent([ws.token("Yes"), ws.done("stop", { usage: { prompt_tokens: "many" } })], UNCOUNTED, "no numbers"),
        ws.sent(
          [ws.token("Yes"), ws.done("stop", { usage: { prompt_tokens: 0, completion_tokens: 0 } })],
          UNCOUNTED,
          "zeros",
        ),
      ],
      anthropic: [
        anthropic.sent(anthropic.says("Yes"), UNCOUNTED, "absent, and nothing asks for it"),
        anthropic.sent(
          [anthropic.start({ usage: null }), ...BEGUN, anthropic.stop("end_turn", null), anthropic.END],
          UNCOUNTED,
          "null",
        ),
        anthropic.sent(
          [
            anthropic.start({ usage: "many" }),
            ...BEGUN,
            anthropic.stop("end_turn", { input_tokens: "many", output_tokens: -2 }),
            anthropic.END,
          ],
          UNCOUNTED,
          "no numbers",
        ),
        anthropic.sent(
          [
            anthropic.start({ usage: { ...READ, output_tokens: 2 } }),
            ...BEGUN,
            anthropic.stop("end_turn", { input_tokens: null, output_tokens: 1.5 }),
            anthropic.END,
          ],
          COUNTED,
          "no numbers after those that are",
        ),
        anthropic.sent(
          [anthropic.start(), ...BEGUN, anthropic.stop("end_turn", { output_tokens: 0 }), anthropic.END],
          UNCOUNTED,
          "zeros",
        ),
      ],
    },
  },
  {
    number: 12,
    name: "usage chunk without `choices`",
    on: {
      sse: [sse.sent([YES, sse.stop(), sse.data({ usage: USAGE }), sse.DONE], COUNTED)],
      ws: IN_DONE,
      anthropic: [
        anthropic.sent([anthropic.start(), ...BEGUN, anthropic.stop(), usageAlone({}), anthropic.END], COUNTED),
      ],
    },
  },
];
