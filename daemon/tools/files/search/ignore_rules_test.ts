import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { parseIgnore, verdict } from "./ignore_rules.ts";

type Case = [rules: string, path: string, isFolder: boolean, ignored: boolean | null];

const CASES: readonly Case[] = [
  ["*.log", "a.log", false, true],
  ["*.log", "x/a.log", false, true],
  ["/a", "a", false, true],
  ["/a", "x/a", false, null],
  ["x/a", "x/a", false, true],
  ["x/a", "y/x/a", false, null],
  ["out/", "out", true, true],
  ["out/", "out", false, null],
  ["out/", "x/out", true, true],
  ["**/a", "x/y/a", false, true],
  ["x/**", "x", true, null],
  ["x/**", "x/y", false, true],
  ["# a", "# a", false, null],
  ["\\#a", "#a", false, true],
  ["\\!a", "!a", false, true],
  ["*\n!a", "a", false, false],
  ["!a\n*", "a", false, true],
  ["a  ", "a", false, true],
  ["a\\ ", "a ", false, true],
  ["a\r\nb", "a", false, true],
  ["\ufeffa", "a", false, true],
  ["{a,b}", "a", false, null],
  ["{a,b}", "{a,b}", false, true],
  ["/", "a", false, null],
  ["", "a", false, null],
  ["[ab]", "b", false, true],
];

Deno.test("the rules of a .gitignore say what gitignore(5) says", () => {
  for (const [rules, path, isFolder, ignored] of CASES) {
    assertEquals(verdict(parseIgnore(rules), path.split("/"), isFolder), ignored, JSON.stringify([rules, path]));
  }
});

const hasGit = await new Deno.Command("git", { args: ["--version"], stdout: "null" }).output().then(
  () => true,
  () => false,
);
if (!hasGit) console.log("not run: git is not there to compare with");

Deno.test({
  name: "git ignores the same files",
  ignore: !hasGit,
  fn: async () => {
    const folder = await Deno.makeTempDir({ prefix: "opta-files-" });
    const git = async (args: string[], input: string) => {
      const env = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
      const child = new Deno.Command("git", { args, cwd: folder, env, stdin: "piped", stdout: "piped" }).spawn();
      const writer = child.stdin.getWriter();
      await writer.write(new TextEncoder().encode(input));
      await writer.close();
      return new TextDecoder().decode((await child.output()).stdout);
    };
    try {
      await git(["init", "--quiet"], "");
      const piece = fc.constantFrom("a", "b", "*", "**", "/", "?", "[ab]", "[!a]", "\\", "!", " ", "#", ".");
      // Git takes two things in ways that no manual says: a backslash before a slash, and stars such as those of `a**/b`.
      const plain = (line: string) =>
        line.replaceAll(/\\+\//g, "/").replaceAll(/(?<=[^/])\*{2,}|\*{2,}(?=[^/])/g, "*").replaceAll(/\*{3,}/g, "**");
      const line = fc.array(piece, { maxLength: 6 }).map((pieces) => plain(pieces.join("")));
      const lines = fc.array(line, { maxLength: 4 });
      const paths = ["a", "b", "ab", "a.b", "b a", "x", "!a", "#b"].flatMap((
        name,
      ) => [name, `a/${name}`, `b/a/${name}`]);
      await fc.assert(
        fc.asyncProperty(lines, async (rules) => {
          const text = rules.join("\n");
          await Deno.writeTextFile(join(folder, ".gitignore"), text);
          const said = await git(["check-ignore", "--no-index", "--stdin", "-z"], paths.join("\0"));
          const parsed = parseIgnore(text);
          const isIgnored = (path: string) => {
            const parts = path.split("/");
            return parts.some((_, i) => verdict(parsed, parts.slice(0, i + 1), i < parts.length - 1) === true);
          };
          assertEquals(paths.filter(isIgnored), said.split("\0").filter((path) => path !== ""), JSON.stringify(text));
        }),
        { numRuns: 150 },
      );
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
