import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { compileGlob } from "./glob.ts";

const CASES: readonly [pattern: string, matching: string[], other: string[]][] = [
  ["*.ts", ["a.ts", ".ts"], ["a.tsx", "a/b.ts", "ts"]],
  ["a?c", ["abc", "a😀c"], ["ac", "abbc", "a/c"]],
  ["**", ["a", "a/b", "a/b/c"], []],
  ["**/a", ["a", "b/a", "c/b/a"], ["ab", "a/b"]],
  ["a/**", ["a/b", "a/b/c"], ["a", "b/a"]],
  ["a/**/b", ["a/b", "a/x/b", "a/x/y/b"], ["a/xb", "ab", "a/b/c"]],
  ["a/**/b/**/c", ["a/b/c", "a/x/b/y/c", "a/b/b/c/c"], ["a/c", "a/b/x"]],
  ["a**b", ["ab", "axxb"], ["a/b"]],
  ["*a*b*", ["ab", "xaxbx", "aab"], ["ba", "a"]],
  ["[abc]x", ["ax", "cx"], ["dx", "x"]],
  ["[a-c]", ["b"], ["d", "-"]],
  ["[!a-c]", ["d", "-"], ["b", ""]],
  ["[^a]", ["b"], ["a"]],
  ["[]a]", ["]", "a"], ["b"]],
  ["[a-]", ["a", "-"], ["b"]],
  ["[\\]]", ["]"], ["\\"]],
  ["[a", ["[a"], ["a"]],
  ["\\*", ["*"], ["a", "\\*"]],
  ["a\\", ["a\\"], ["a"]],
  ["{a,b}.ts", ["a.ts", "b.ts"], ["c.ts", "{a,b}.ts"]],
  ["src/{x,y/**}/z", ["src/x/z", "src/y/q/z", "src/y/z"], ["src/z"]],
  ["{a,{b,c}d}", ["a", "bd", "cd"], ["b", "d"]],
  ["{a}", ["{a}"], ["a"]],
  ["{a,b", ["{a,b"], ["a"]],
  ["a{,b}", ["a", "ab"], ["b"]],
  ["\\{a,b}", ["{a,b}"], ["a"]],
];

Deno.test("compileGlob() matches what the table says", () => {
  for (const [pattern, matching, other] of CASES) {
    const glob = compileGlob(pattern, { hasBraces: true });
    for (const path of matching) assertEquals(glob(path.split("/")), true, `${pattern} matches ${path}`);
    for (const path of other) assertEquals(glob(path.split("/")), false, `${pattern} does not match ${path}`);
  }
});

/** The same, as plainly as it can be said. */
function model(pattern: string[], path: string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "*") return model(rest, path) || (path.length > 0 && model(pattern, path.slice(1)));
  return path.length > 0 && (first === "?" || first === path[0]) && model(rest, path.slice(1));
}

Deno.test("compileGlob() agrees with a plain model of stars, within a name and across folders", () => {
  const symbol = fc.constantFrom("a", "b", "*", "?");
  const name = fc.array(fc.constantFrom("a", "b"), { maxLength: 8, minLength: 1 });
  fc.assert(fc.property(fc.array(symbol, { maxLength: 8, minLength: 1 }), name, (pattern, chars) => {
    if (pattern.join("") === "**") return; // means something else
    assertEquals(compileGlob(pattern.join(""), { hasBraces: false })([chars.join("")]), model(pattern, chars));
  }));
  fc.assert(fc.property(fc.array(symbol, { maxLength: 8, minLength: 1 }), name, (pattern, parts) => {
    const last = pattern.at(-1) === "*" ? [...pattern, "?"] : pattern; // a last `**` wants something
    const glob = pattern.map((part) => (part === "*" ? "**" : part)).join("/");
    assertEquals(compileGlob(glob, { hasBraces: false })(parts), model(last, parts));
  }));
});

Deno.test("compileGlob() takes no time for patterns that make others backtrack, and refuses braces without end", () => {
  const name = "a".repeat(2_000);
  assertEquals(compileGlob("*a".repeat(1_000) + "b", { hasBraces: true })([name]), false);
  assertEquals(compileGlob("**/a/".repeat(200) + "b", { hasBraces: true })(name.split("")), false);
  assertThrows(() => compileGlob("{a,b}".repeat(40), { hasBraces: true }), RangeError, "256");
});
