/** Cases 13 to 19: which call a delta belongs to, and what its arguments may be. Anthropic's blocks are anthropic_calls.ts. */
import { anthropicCalls } from "./anthropic_calls.ts";
import type { Case, Trial } from "./case.ts";
import { answered, call, finish } from "./expected.ts";
import type { ModelPart } from "../model.ts";
import * as sse from "./sse_wire.ts";
import * as ws from "./ws_wire.ts";

/** A delta, in the fields that both transports have. */
interface Delta {
  index?: number | null;
  id?: string | null;
  name?: string | null;
  arguments?: string;
}

/** The same deltas on both transports that have them, each of which must come out as one part. */
function calls(deltas: Delta[], parts: ModelPart[], form?: string): { sse: Trial; ws: Trial } {
  const expected = answered(...parts, finish("tool_calls"));
  const nested = deltas.map(({ index, id, ...call }) => sse.toolDelta({ index, id, type: "function", function: call }));
  return {
    sse: sse.sent([...nested, sse.delta({}, "tool_calls"), sse.DONE], expected, form),
    ws: ws.sent([...deltas.map((delta) => ws.toolDelta(delta)), ws.done("tool_calls")], expected, form),
  };
}

function toolCase(
  number: keyof typeof anthropicCalls,
  name: string,
  ...trials: Record<"sse" | "ws", Trial | Trial[]>[]
): Case {
  const on = {
    sse: trials.flatMap(({ sse }) => sse),
    ws: trials.flatMap(({ ws }) => ws),
    anthropic: anthropicCalls[number],
  };
  return { number, name, on };
}

/** On SSE alone, where servers were seen to do it. */
const valueForText = sse.sent(
  [sse.toolDelta({ index: 0, id: "a", function: { name: "read", arguments: { p: 1 } } }), sse.delta({}, "tool_calls")],
  answered(call(0, "a", "read", '{"p":1}'), finish("tool_calls")),
  "a value in place of its text",
);

export const toolCallCases: Case[] = [
  toolCase(
    13,
    "tool delta without id",
    calls(
      [{ index: 0, name: "read", arguments: '{"p":' }, { index: 0, arguments: "1}" }, {
        index: 1,
        name: "list",
        arguments: "{}",
      }],
      [call(0, null, "read", '{"p":'), call(0, null, null, "1}"), call(1, null, "list", "{}")],
      "an index tells them apart",
    ),
    calls(
      [{ name: "read", arguments: '{"p":' }, { arguments: "1}" }, { name: "read", arguments: "{}" }],
      [call(0, null, "read", '{"p":'), call(0, null, null, "1}"), call(1, null, "read", "{}")],
      "nor an index",
    ),
    calls(
      [{ index: 0, id: "", name: "read", arguments: "{}" }, { index: 0, id: "", name: "list", arguments: "{}" }],
      [call(0, null, "read", "{}"), call(1, null, "list", "{}")],
      "an empty one",
    ),
  ),
  toolCase(
    14,
    "id only in the first delta",
    calls(
      [{ index: 0, id: "a", name: "read", arguments: "" }, { index: 0, arguments: '{"p":' }, {
        index: 0,
        id: "",
        name: "",
        arguments: "1}",
      }],
      [call(0, "a", "read", ""), call(0, null, null, '{"p":'), call(0, null, null, "1}")],
    ),
    calls(
      [{ index: 0, id: "a", name: "read", arguments: '{"p":' }, { index: 0, id: "a", name: "read", arguments: "1}" }],
      [call(0, "a", "read", '{"p":'), call(0, null, null, "1}")],
      "or in each",
    ),
  ),
  toolCase(
    15,
    "index missing",
    calls(
      [{ id: "a", name: "read", arguments: '{"p":' }, { arguments: "1}" }, { id: "b", name: "list", arguments: "{}" }],
      [call(0, "a", "read", '{"p":'), call(0, null, null, "1}"), call(1, "b", "list", "{}")],
    ),
    calls(
      [{ index: null, id: "a", name: "read", arguments: "{}" }, {
        index: null,
        id: "b",
        name: "read",
        arguments: "{}",
      }],
      [call(0, "a", "read", "{}"), call(1, "b", "read", "{}")],
      "or null",
    ),
  ),
  toolCase(
    16,
    "one index for two calls",
    calls(
      [{ index: 0, id: "a", name: "read", arguments: "{}" }, { index: 0, id: "b", name: "read", arguments: "{}" }],
      [call(0, "a", "read", "{}"), call(1, "b", "read", "{}")],
    ),
    calls(
      [{ index: 0, name: "read", arguments: "{}" }, { index: 0, name: "read", arguments: '{"p":1}' }],
      [call(0, null, "read", "{}"), call(1, null, "read", '{"p":1}')],
      "and no id",
    ),
  ),
  toolCase(
    17,
    "first index is 1",
    calls(
      [{ index: 1, id: "a", name: "read", arguments: "" }, { index: 1, arguments: "{}" }, {
        index: 2,
        id: "b",
        name: "list",
        arguments: "{}",
      }],
      [call(0, "a", "read", ""), call(0, null, null, "{}"), call(1, "b", "list", "{}")],
    ),
  ),
  toolCase(
    18,
    "new id at an index in use",
    calls(
      [{ index: 0, id: "a", name: "read", arguments: '{"p":1}' }, { index: 0, id: "b", name: "list", arguments: "" }, {
        index: 0,
        arguments: "{}",
      }],
      [call(0, "a", "read", '{"p":1}'), call(1, "b", "list", ""), call(1, null, null, "{}")],
      "another call",
    ),
    calls(
      [{ index: 0, id: "a", name: "read", arguments: '{"p":' }, { index: 0, id: "b", arguments: "1" }, {
        index: 0,
        id: "c",
        arguments: "}",
      }],
      [call(0, "a", "read", '{"p":'), call(0, null, null, "1"), call(0, null, null, "}")],
      "a new id for each delta",
    ),
  ),
  toolCase(
    19,
    "tool arguments empty or invalid JSON: reported to the model as a tool error",
    { sse: [valueForText], ws: [] },
    calls([{ index: 0, id: "a", name: "read", arguments: "" }], [call(0, "a", "read", "")], "empty"),
    calls([{ index: 0, id: "a", name: "read" }], [call(0, "a", "read", "")], "none"),
    calls(
      [{ index: 0, id: "a", name: "read", arguments: "{path: /tmp" }],
      [call(0, "a", "read", "{path: /tmp")],
      "invalid JSON, which is passed on as it is",
    ),
    calls([{ index: 0, id: "a", name: "read", arguments: "null" }], [call(0, "a", "read", "null")], "no object"),
  ),
];
