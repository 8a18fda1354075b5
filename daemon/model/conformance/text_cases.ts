/** Cases 20 to 23: what an answer is written in. */
import type { Case, Trial } from "./case.ts";
import { answered, finish, text, thinking } from "./expected.ts";
import * as anthropic from "./anthropic_wire.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

const THOUGHT = answered(thinking("Hm."), text("Yes."), finish("stop"));

/** Thinking in these fields, before an answer. */
function thought(form: string, ...deltas: object[]): Trial {
  const texts = deltas.map((fields) => sse.delta({ content: null, ...fields }));
  return sse.sent([...texts, sse.delta({ content: "Yes." }), sse.stop(), sse.DONE], THOUGHT, form);
}

const LINES = `: hello\nid: 1\nevent: message\n${sse.delta({ content: "Yes" })}${sse.stop()}${sse.DONE}`;
const EVENTS = `: hello\nid: 1\n${anthropic.says("Yes").join("")}`;
const YES = answered(text("Yes"), finish("stop"));

export const textCases: Case[] = [
  {
    number: 20,
    name: "`content:null`, role missing, `reasoning_content` or `reasoning`",
    on: {
      sse: [
        sse.sent(
          [sse.delta({ content: null }), sse.delta({ role: null, content: "Yes" }), sse.delta(null, "stop"), sse.DONE],
          YES,
          "nulls",
        ),
        thought("`reasoning_content`", { reasoning_content: "H" }, { reasoning_content: "m." }),
        thought("`reasoning`", { reasoning: "H", reasoning_content: "" }, { reasoning: "m." }),
        thought("both, with the same", { reasoning: "Hm.", reasoning_content: "Hm." }),
        thought("`reasoning_details`", {
          reasoning: null,
          reasoning_details: [
            { type: "reasoning.text", text: "Hm." },
            { type: "reasoning.encrypted", data: "AA==" },
            7,
          ],
        }),
        sse.sent(
          [sse.delta({ reasoning: { effort: "high" }, reasoning_details: "none", content: "Yes" }), sse.stop()],
          YES,
          "in shapes that nobody knows",
        ),
        sse.sent(
          ["<thi", "nk>", "\nHm.</th", "ink>\n\n", "Yes."].map((content) => sse.delta({ content })).concat(sse.stop()),
          THOUGHT,
          "in a tag, cut anywhere",
        ),
      ],
      ws: [
        ws.sent([ws.token(null), ws.token("Yes"), ws.done("stop")], YES, "nulls"),
        ws.sent(
          [...["<thi", "nk>", "\nHm.</th", "ink>\n\n", "Yes."].map((content) => ws.token(content)), ws.done("stop")],
          THOUGHT,
          "thinking in a tag, the only way there",
        ),
      ],
      anthropic: [
        anthropic.sent(
          [
            anthropic.event("message_start", { message: null }),
            anthropic.block(0, { type: "text", text: null }),
            anthropic.text(null),
            anthropic.text("Yes"),
            anthropic.stop(),
            anthropic.END,
          ],
          YES,
          "nulls",
        ),
        anthropic.sent(
          [
            anthropic.start(),
            anthropic.block(0, { type: "thinking", thinking: "", signature: "" }),
            anthropic.thinking("H"),
            anthropic.thinking("m."),
            anthropic.delta(0, { type: "signature_delta", signature: "AA==" }),
            anthropic.block(1, { type: "redacted_thinking", data: "AA==" }),
            anthropic.block(2, { type: "text", text: "" }),
            anthropic.delta(2, { type: "text_delta", text: "Yes." }),
            anthropic.stop(),
            anthropic.END,
          ],
          THOUGHT,
          "thinking in blocks",
        ),
        anthropic.sent(
          [
            anthropic.start(),
            anthropic.block(0, { type: "thinking", thinking: "Hm." }),
            anthropic.block(1, { type: "text", text: "Yes." }),
            anthropic.stop(),
            anthropic.END,
          ],
          THOUGHT,
          "in the beginning of a block",
        ),
        anthropic.sent(
          anthropic.says("<think>", "Hm.</think>"),
          answered(text("<think>Hm.</think>"), finish("stop")),
          "in a tag, which is text",
        ),
      ],
    },
  },
  {
    number: 21,
    name: "UTF-8 split across chunks",
    on: {
      sse: [sse.sent(
        [sse.delta({ content: "Grüße, 世界 " }), sse.delta({ content: "👩‍🔬" }), sse.stop(), sse.DONE],
        answered(text("Grüße, 世界 👩‍🔬"), finish("stop")),
      )],
      ws: [ws.sent(
        [ws.token("Grüße, 世界 "), ws.token("👩‍🔬"), ws.done("stop")],
        answered(text("Grüße, 世界 👩‍🔬"), finish("stop")),
      )],
      anthropic: [anthropic.sent(
        anthropic.says("Grüße, 世界 ", "👩‍🔬"),
        answered(text("Grüße, 世界 👩‍🔬"), finish("stop")),
      )],
    },
  },
  {
    number: 22,
    name: "CRLF, bare CR, `data:` without a space",
    on: {
      sse: [
        sse.sent([LINES.replaceAll("\n", "\r\n")], YES, "CRLF"),
        sse.sent([LINES.replaceAll("\n", "\r")], YES, "bare CR"),
        sse.sent([LINES.replaceAll("data: ", "data:")], YES, "no space"),
      ],
      ws: "A frame is one JSON text, without lines around it.",
      anthropic: [
        anthropic.sent([EVENTS.replaceAll("\n", "\r\n")], YES, "CRLF"),
        anthropic.sent([EVENTS.replaceAll("\n", "\r")], YES, "bare CR"),
        anthropic.sent([EVENTS.replaceAll("data: ", "data:").replaceAll("event: ", "event:")], YES, "no space"),
        anthropic.sent([EVENTS.replaceAll(/^event: .*\n/gm, "")], YES, "no names of events"),
        anthropic.sent([EVENTS.trimEnd()], YES, "no blank line at the end"),
      ],
    },
  },
  {
    number: 23,
    name: "multi-line data, BOM, U+2028 in JSON",
    on: {
      sse: [
        sse.sent(
          ['data: {"choices":\ndata: [{"delta":\ndata: {"content":"Yes"},"finish_reason":"stop"}]}\n\n', sse.DONE],
          YES,
          "multi-line data",
        ),
        sse.sent([`\uFEFF${LINES}`], YES, "BOM"),
        sse.sent(
          [sse.delta({ content: "a\u2028b\u2029c\u0085d" }), sse.stop(), sse.DONE],
          answered(text("a\u2028b\u2029c\u0085d"), finish("stop")),
          "U+2028",
        ),
      ],
      ws: [
        ws.sent(
          [JSON.stringify(JSON.parse(ws.token("Yes")), null, 2).replaceAll("\n", "\r\n"), ws.done("stop")],
          YES,
          "JSON of several lines",
        ),
        ws.sent(
          [ws.token("a\u2028b\u2029c\u0085d"), ws.done("stop")],
          answered(text("a\u2028b\u2029c\u0085d"), finish("stop")),
          "U+2028",
        ),
      ],
      anthropic: [
        anthropic.sent(
          [
            'event: content_block_delta\ndata: {"type":"content_block_delta",\ndata: "index":0,\n' +
            'data: "delta":{"type":"text_delta","text":"Yes"}}\n\n',
            anthropic.stop(),
            anthropic.END,
          ],
          YES,
          "multi-line data",
        ),
        anthropic.sent([`\uFEFF${EVENTS}`], YES, "BOM"),
        anthropic.sent(
          anthropic.says("a\u2028b\u2029c\u0085d"),
          answered(text("a\u2028b\u2029c\u0085d"), finish("stop")),
          "U+2028",
        ),
      ],
    },
  },
];
