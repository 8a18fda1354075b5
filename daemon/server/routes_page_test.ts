import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { rawRequest } from "../../tests/support/raw_http.ts";
import { TestBuild } from "./testing/test_build.ts";
import { startTestServer, type TestServer } from "./testing/test_server.ts";

/** Without credentials, and without what `fetch` adds and decodes. */
function get({ server }: TestServer, path: string, headers: Record<string, string> = {}, method = "GET") {
  return rawRequest({ port: server.port, path, headers, method });
}

Deno.test("the page is its document, under headers that let it load its own files and talk to its daemon", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await using parts = startTestServer({ pageFiles: build.files });
  const { status, headers, body } = await get(parts, "/?x=1");
  assertEquals([status, body], [200, "plain index-main.html"]);
  const expected = {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
      `connect-src 'self' ws://127.0.0.1:${parts.server.port}; base-uri 'none'; form-action 'none'; ` +
      "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
    "access-control-allow-origin": null,
    "set-cookie": null,
  };
  assertEquals(Object.fromEntries(Object.keys(expected).map((name) => [name, headers.get(name)])), expected);
  assertStringIncludes(headers.get("permissions-policy") ?? "", "camera=()");
});

Deno.test("a file of the page is sent as the browser takes it, once and for ever", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await using parts = startTestServer({ pageFiles: build.files });
  for (const [accept, encoding] of [["gzip, br", "br"], ["gzip", "gzip"], ["identity", null]]) {
    const { status, headers, body } = await get(parts, "/assets/main.js", { "accept-encoding": accept ?? "" });
    assertEquals([status, body], [200, `${encoding ?? "plain"} main.js`]);
    assertEquals(headers.get("content-encoding"), encoding ?? null);
    assertEquals(headers.get("content-type"), "text/javascript; charset=utf-8");
    assertEquals(headers.get("cache-control"), "public, max-age=31536000, immutable");
    assertEquals(headers.get("vary"), "accept-encoding, origin");
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("HEAD says of the page what GET does, and sends nothing", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await using parts = startTestServer({ pageFiles: build.files });
  for (const path of ["/", "/assets/main.js"]) {
    const [got, head] = [await get(parts, path), await get(parts, path, {}, "HEAD")];
    got.headers.delete("date");
    head.headers.delete("date");
    assertEquals([head.status, [...head.headers], head.body], [200, [...got.headers], ""]);
    assertEquals(Number(head.headers.get("content-length")), got.body.length);
  }
  assertEquals((await get(parts, "/v3/health", {}, "HEAD")).status, 405);
  const { status, headers } = await get(parts, "/", {}, "POST");
  assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
});

Deno.test("a browser that has the document is told so, until there is another build", async () => {
  await using build = new TestBuild();
  await build.write(["one"]);
  await using parts = startTestServer({ pageFiles: build.files });
  const tag = (await get(parts, "/")).headers.get("etag") ?? "";
  for (const known of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
    const { status, body } = await get(parts, "/", { "if-none-match": known });
    assertEquals([status, body], [304, ""], known);
  }
  assertEquals((await get(parts, "/", { "if-none-match": tag, "accept-encoding": "br" })).status, 200);
  await build.write(["two"]);
  const next = await get(parts, "/", { "if-none-match": tag });
  assertEquals([next.status, next.body], [200, "plain index-two.html"]);
  assertEquals((await get(parts, "/assets/two.js")).status, 200);
  assertEquals((await get(parts, "/assets/one.js")).status, 200, "for a page that is open");
});

Deno.test("no name leads to a file that is not in the manifest [security 9]", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await Deno.writeTextFile(`${build.path}/assets/secret.js`, "secret");
  await Deno.writeTextFile(`${build.path}/secret.js`, "secret");
  await using parts = startTestServer({ pageFiles: build.files });
  const names = [
    "secret.js",
    "main.js.br",
    "..%2fmanifest.json",
    "%2e%2e%2fsecret.js",
    "..%5csecret.js",
    ".",
    "main.js%00",
    "%2fetc%2fpasswd",
    "__proto__",
    "constructor",
    "manifest.json",
    "MAIN.JS",
  ];
  for (const name of names) {
    const { status, body } = await get(parts, `/assets/${name}`);
    assert([404, 400].includes(status), `${name}: ${status}`);
    assert(!body.includes("secret;") && !body.includes("root:"), name);
  }
  for (
    const path of ["/assets/../secret.js", "/assets//main.js", "/assets/x/main.js", "/assets/", "/assets", "//", "/x"]
  ) {
    assertEquals((await get(parts, path)).status, 404, path);
  }
});

Deno.test("a page that is not built says what to run", async () => {
  await using build = new TestBuild();
  await using parts = startTestServer({ pageFiles: build.files });
  const { status, headers, body } = await get(parts, "/");
  assertEquals([status, headers.get("content-type")], [503, "text/html; charset=utf-8"]);
  assertStringIncludes(body, "opta web");
  assertStringIncludes(body, "deno task web");
  assertEquals((await get(parts, "/assets/main.js")).status, 404);
  await build.write(["main"]);
  assertEquals((await get(parts, "/")).status, 200, "no restart is needed");
});

Deno.test("the page is under the rules of Host and Origin like everything else [security 1, 2]", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await using parts = startTestServer({ pageFiles: build.files });
  for (const path of ["/", "/assets/main.js"]) {
    assertEquals((await get(parts, path, { host: "evil.example" })).status, 403);
    assertEquals((await get(parts, path, { origin: "https://evil.example" })).status, 403);
    assertEquals((await get(parts, path, { origin: "null" })).status, 403);
  }
});
