import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { serverConfig, type ServerFlags } from "./server_flags.ts";

Deno.test("serverConfig() takes a command as words, or as one word as scripts have it", () => {
  const config = { command: "npx", args: ["-y", "some server", "/a b"], env: {} };
  assertEquals(serverConfig(["npx", "-y", "some server", "/a b"], {}), config);
  assertEquals(serverConfig([`npx -y 'some server' "/a b"`], {}), config);
  assertEquals(serverConfig([`server --name="a b"`], {}), { command: "server", args: ["--name=a b"], env: {} });
});

Deno.test("serverConfig() reads variables, whose values may hold commas and equal signs", () => {
  const variables = (...env: string[]) => Object(serverConfig(["x"], { env })).env;
  assertEquals(variables("A=1,B=2", "C=3"), { A: "1", B: "2", C: "3" });
  assertEquals(variables("LIST=a,b,c,KEY=x=y=="), { LIST: "a,b,c", KEY: "x=y==" });
  assertEquals(variables("EMPTY="), { EMPTY: "" });
});

Deno.test("serverConfig() reads an address with its headers", () => {
  assertEquals(serverConfig([], { url: "https://mcp.example/x", header: ["Authorization: Bearer a:b"] }), {
    url: "https://mcp.example/x",
    headers: { Authorization: "Bearer a:b" },
  });
});

Deno.test("serverConfig() says what is wrong", () => {
  const wrong: [string[], ServerFlags, string][] = [
    [[], {}, "Give the command"],
    [[" "], {}, "Give the command"],
    [["x"], { url: "https://a.example" }, "not both"],
    [["x"], { header: ["A: b"] }, "--header is for"],
    [[], { url: "https://a.example", env: ["A=b"] }, "--env is for"],
    [["x"], { env: ["=b"] }, "NAME=VALUE"],
    [["x"], { env: ["1A=b"] }, "env.1A"],
    [[], { url: "file:///etc/passwd" }, "http or https"],
    [[], { url: "https://a.example", header: ["nothing"] }, "Name: value"],
    [["x\ny", "z"], {}, "one line"],
  ];
  for (const [words, flags, message] of wrong) assertThrows(() => serverConfig(words, flags), CliError, message);
});
