/**
 * Cases 13 to 19 on Anthropic, where a call is a block: its beginning carries id and name, and what grows are its arguments
 * alone.
 */
import { begun, block, blockEnd, END, json, sent, start, stop, tool } from "./anthropic_wire.ts";
import type { Trial } from "./case.ts";
import { answered, call, finish, text } from "./expected.ts";
import type { ModelPart } from "../model.ts";

/** An answer of calls. */
function calls(events: string[], parts: ModelPart[], form?: string): Trial {
  const texts = [start(), ...events, stop("tool_use"), END];
  return sent(texts, answered(...parts, finish("tool_calls")), form);
}

export const anthropicCalls = {
  13: [
    calls(
      [tool(0, { name: "read" }), json(0, '{"p":'), json(0, "1}"), tool(1, { name: "list" }), json(1, "{}")],
      [
        call(0, null, "read", ""),
        call(0, null, null, '{"p":'),
        call(0, null, null, "1}"),
        call(1, null, "list", ""),
        call(1, null, null, "{}"),
      ],
      "an index tells them apart",
    ),
    calls(
      [tool(undefined, { name: "read" }), json(undefined, '{"p":1}'), tool(undefined, { id: null, name: "read" })],
      [call(0, null, "read", ""), call(0, null, null, '{"p":1}'), call(1, null, "read", "")],
      "nor an index",
    ),
    calls(
      [tool(0, { id: "", name: "read" }), json(0, "{}"), tool(0, { id: "", name: "list" }), json(0, "{}")],
      [
        call(0, null, "read", ""),
        call(0, null, null, "{}"),
        call(1, null, "list", ""),
        call(1, null, null, "{}"),
      ],
      "an empty one",
    ),
  ],
  14: [
    calls(
      [tool(0, { id: "a", name: "read" }), json(0, ""), json(0, '{"p":'), json(0, "1}"), blockEnd(0)],
      [call(0, "a", "read", ""), call(0, null, null, '{"p":'), call(0, null, null, "1}")],
    ),
    calls(
      [
        tool(0, { id: "a", name: "read" }),
        tool(1, { id: "b", name: "list" }),
        json(1, '{"q":'),
        json(0, '{"p":'),
        json(1, "2}"),
        json(0, "1}"),
      ],
      [
        call(0, "a", "read", ""),
        call(1, "b", "list", ""),
        call(1, null, null, '{"q":'),
        call(0, null, null, '{"p":'),
        call(1, null, null, "2}"),
        call(0, null, null, "1}"),
      ],
      "of blocks that grow in turns",
    ),
  ],
  15: [
    calls(
      [
        tool(undefined, { id: "a", name: "read" }),
        json(undefined, '{"p":1}'),
        tool(undefined, { id: "b", name: "list" }),
        json(undefined, "{}"),
      ],
      [
        call(0, "a", "read", ""),
        call(0, null, null, '{"p":1}'),
        call(1, "b", "list", ""),
        call(1, null, null, "{}"),
      ],
    ),
    calls(
      [
        tool(null, { id: "a", name: "read" }),
        json(null, "{}"),
        tool(null, { id: "b", name: "read" }),
        json(null, "{}"),
      ],
      [
        call(0, "a", "read", ""),
        call(0, null, null, "{}"),
        call(1, "b", "read", ""),
        call(1, null, null, "{}"),
      ],
      "or null",
    ),
  ],
  16: [
    calls(
      [tool(0, { id: "a", name: "read" }), json(0, "{}"), tool(0, { id: "b", name: "read" }), json(0, '{"p":1}')],
      [
        call(0, "a", "read", ""),
        call(0, null, null, "{}"),
        call(1, "b", "read", ""),
        call(1, null, null, '{"p":1}'),
      ],
    ),
    calls(
      [tool(0, { name: "read" }), json(0, "{}"), tool(0, { name: "read" }), json(0, '{"p":1}')],
      [
        call(0, null, "read", ""),
        call(0, null, null, "{}"),
        call(1, null, "read", ""),
        call(1, null, null, '{"p":1}'),
      ],
      "and no id",
    ),
  ],
  17: [
    sent(
      [
        ...begun("Let me see."),
        tool(1, { id: "a", name: "read" }),
        json(1, "{}"),
        tool(2, { id: "b", name: "list" }),
        stop("tool_use"),
        END,
      ],
      answered(
        text("Let me see."),
        call(0, "a", "read", ""),
        call(0, null, null, "{}"),
        call(1, "b", "list", ""),
        finish("tool_calls"),
      ),
      "after a block of text",
    ),
    calls(
      [
        block(0, { type: "server_tool_use", id: "s", name: "search", input: {} }),
        json(0, '{"query":"x"}'),
        tool(1, { id: "a", name: "read" }),
        json(1, "{}"),
      ],
      [call(0, "a", "read", ""), call(0, null, null, "{}")],
      "after a call that is not for us",
    ),
  ],
  18: [
    calls(
      [tool(0, { id: "a", name: "read" }), json(0, '{"p":'), tool(0, { id: "b", name: "list" }), json(0, "{}")],
      [
        call(0, "a", "read", ""),
        call(0, null, null, '{"p":'),
        call(1, "b", "list", ""),
        call(1, null, null, "{}"),
      ],
      "another call, whether or not the first is whole",
    ),
  ],
  19: [
    calls([tool(0, { id: "a", name: "read" })], [call(0, "a", "read", "")], "none"),
    calls(
      [tool(0, { id: "a", name: "read", input: null }), json(0, ""), json(0, null)],
      [call(0, "a", "read", "")],
      "empty",
    ),
    calls(
      [tool(0, { id: "a", name: "read" }), json(0, "{path: /tmp")],
      [call(0, "a", "read", ""), call(0, null, null, "{path: /tmp")],
      "invalid JSON, which is passed on as it is",
    ),
    calls(
      [tool(0, { id: "a", name: "read" }), json(0, "null")],
      [call(0, "a", "read", ""), call(0, null, null, "null")],
      "no object",
    ),
    calls(
      [tool(0, { id: "a", name: "read", input: { p: 1 } }), json(0, '{"p":1}')],
      [call(0, "a", "read", '{"p":1}')],
      "whole at the beginning, and perhaps once more",
    ),
  ],
} satisfies Record<number, Trial[]>;
