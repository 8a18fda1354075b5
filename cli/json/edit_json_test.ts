import { assert, assertEquals, assertRejects } from "@std/assert";
import { parseJsonc } from "@opta/protocol/jsonc";
import * as fc from "fast-check";
import { editJson, type JsonObject } from "./edit_json.ts";

async function valueOf(text: string): Promise<JsonObject> {
  const parsed = await parseJsonc(text);
  assert(parsed.ok, text);
  return parsed.value as JsonObject;
}

const SOURCE = `// of the team
{
    // where the models are
    "connection": {
        "host": "mac", // in the study
        /* LM Studio has another one */
        "port": 1234,
    },
    "other": { "kept": [1, 2] }
    // the end
}
`;

Deno.test("editJson() changes one value and nothing beside it", async () => {
  const wanted = await valueOf(SOURCE);
  assertEquals(
    await editJson(SOURCE, { ...wanted, connection: { host: "mac", port: 4321 } }),
    SOURCE.replace("1234", "4321"),
  );
});

Deno.test("editJson() adds below what is there, with its indentation and its trailing comma", async () => {
  const wanted = await valueOf(SOURCE);
  const changed = { ...wanted, connection: { host: "mac", port: 1234, apiKey: "k" }, model: { default: "q" } };
  assertEquals(
    await editJson(SOURCE, changed),
    SOURCE.replace(`"port": 1234,\n`, `"port": 1234,\n        "apiKey": "k",\n`)
      .replace("[1, 2] }\n", "[1, 2] },\n")
      .replace("// the end\n", `// the end\n    "model": {\n        "default": "q"\n    }\n`),
  );
});

Deno.test("editJson() takes a value away with its line, and leaves the comments", async () => {
  const { connection: _, ...rest } = await valueOf(SOURCE);
  assertEquals(
    await editJson(SOURCE, { ...rest, connection: {} }),
    SOURCE.replace(`"host": "mac", // in`, "// in").replace(`        "port": 1234,\n`, ""),
  );
  const kept = `// in the study\n    /* LM Studio has another one */\n    "other"`;
  assertEquals(
    await editJson(SOURCE, rest),
    SOURCE.replace(/"connection"[^]*"other"/, kept),
  );
});

const pairs: [before: string, wanted: JsonObject, after: string][] = [
  ["", { a: 1 }, '{\n  "a": 1\n}\n'],
  ["{}", { a: 1 }, '{\n  "a": 1\n}'],
  ['{"a":1,"b":2}', { b: 2 }, '{"b":2}'],
  ['{"a":1,"b":2}', { a: 1 }, '{"a":1}'],
  ['{ "a": 1, "b": 2 }', { b: 2 }, '{ "b": 2 }'],
  ['{ "a": 1, "b": 2 }', { a: 1 }, '{ "a": 1 }'],
  ['{"a":1}', {}, "{}"],
  ['{\n  "a": 1\n}\n', {}, "{}\n"],
  ['{"a":1}', { a: 1, b: { c: 2 } }, '{"a":1,"b":{"c":2}}'],
  ['{ "a": 1 /* one */ }', { a: 1, b: 2 }, '{ "a": 1, /* one */ "b": 2 }'],
  ['{\r\n\t"a": 1 // one\r\n}\r\n', { a: 1, b: 2 }, '{\r\n\t"a": 1, // one\r\n\t"b": 2\r\n}\r\n'],
  ['{\n  "a": 1,\n  "b": 2 // two\n}', { a: 1 }, '{\n  "a": 1\n  // two\n}'],
  ['{\n  "a": // why\n    1,\n  "b": 2\n}', { b: 2 }, '{\n  // why\n  "b": 2\n}'],
  ["{ // none yet\n}", { a: 1 }, '{ // none yet\n  "a": 1\n}'],
  ['{"__proto__":{"a":1}}', JSON.parse('{"__proto__":{"a":2}}'), '{"__proto__":{"a":2}}'],
  ['\uFEFF{"a":1}', { a: 2 }, '\uFEFF{"a":2}'],
];

for (const [before, wanted, after] of pairs) {
  Deno.test(`editJson() makes ${JSON.stringify(after)} of ${JSON.stringify(before)}`, async () => {
    assertEquals(await editJson(before, wanted), after);
  });
}

Deno.test("editJson() refuses to change a key that stands twice, for it cannot know which is meant", async () => {
  await assertRejects(() => editJson('{\n"a":1,\n"a":2}', { a: 3 }), Error, "twice (lines 2 and 3)");
});

const name = fc.constantFrom("a", "b", "c", "__proto__", "a.b", "d e");
const scalar = fc.oneof(fc.integer(), fc.string(), fc.boolean());
const document = fc.dictionary(name, fc.oneof(scalar, fc.dictionary(name, scalar)), { noNullPrototype: true });

/** A text of this value with blanks and numbered comments wherever they may stand. */
function written(value: JsonObject, choices: readonly number[], eol: string): { text: string; comments: string[] } {
  const comments: string[] = [];
  let at = 0;
  const choose = (count: number) => (choices[at++ % choices.length] ?? 0) % count;
  const gap = () => {
    const comment = `#${comments.length} { , "a": }`;
    switch (choose(5)) {
      case 0:
        return comments.push(`// ${comment}`), ` // ${comment}${eol}\t`;
      case 1:
        return comments.push(`/* ${comment} */`), `/* ${comment} */`;
      case 2:
        return `${eol}  `;
      default:
        return "";
    }
  };
  const print = (value: unknown): string => {
    if (typeof value !== "object" || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).map(([key, held]) =>
      `${gap()}${JSON.stringify(key)}${gap()}:${gap()}${print(held)}${gap()}`
    );
    return `{${entries.join(",")}${entries.length > 0 && choose(2) === 0 ? "," : ""}${gap()}}`;
  };
  return { text: gap() + print(value) + gap(), comments };
}

Deno.test("editJson() keeps every comment and every other key through any sequence of changes", async () => {
  const step = fc.tuple(name, fc.option(name), fc.option(scalar));
  const shape = fc.array(fc.nat(), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      document,
      shape,
      fc.array(step, { maxLength: 12 }),
      fc.constantFrom("\n", "\r\n"),
      async (start, choices, steps, eol) => {
        const { text: first, comments } = written(start, choices, eol);
        let [text, value]: [string, JsonObject] = [first, await valueOf(first)];
        assertEquals(value, start);
        for (const [outer, inner, wanted] of steps) {
          const held = Object.hasOwn(value, outer) ? value[outer] : undefined;
          const isSection = typeof held === "object";
          // Sections are not replaced by values nor the other way round: what goes as a whole goes with its comments.
          const next = inner !== null && (isSection || held === undefined)
            ? changed((held ?? {}) as JsonObject, inner, wanted)
            : isSection
            ? held
            : wanted ?? undefined;
          value = changed(value, outer, next);
          text = await editJson(text, value);
          assertEquals(await valueOf(text), value);
          for (const comment of comments) assert(text.includes(comment), `${comment} is gone:\n${first}\n=>\n${text}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

/** Without a value the key goes. */
function changed(object: JsonObject, key: string, value: unknown): JsonObject {
  const entries = Object.entries(object).filter(([name]) => name !== key || value != null);
  const isThere = entries.some(([name]) => name === key);
  const changed = entries.map(([name, held]) => [name, name === key ? value : held]);
  return Object.fromEntries(value == null || isThere ? changed : [...changed, [key, value]]);
}
