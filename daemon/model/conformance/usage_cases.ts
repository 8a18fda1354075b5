/** Cases 9 to 12: what the server counted. */
import type { Case, Trial } from "./case.ts";
import { answered, estimated, finish, reported, text } from "./expected.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const YES = sse.delta({ content: "Yes" });
const USAGE = { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 };
const COUNTED = answered(text("Yes"), reported(7, 2), finish("stop"));
const UNCOUNTED = answered(text("Yes"), finish("stop"));
const IN_DONE = "Usage stands in `chat.done`, which has no `choices`.";

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
    },
  },
  {
    number: 12,
    name: "usage chunk without `choices`",
    on: { sse: [sse.sent([YES, sse.stop(), sse.data({ usage: USAGE }), sse.DONE], COUNTED)], ws: IN_DONE },
  },
];
