import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { HostError, HostProcess } from "../host/host_process.ts";
import { MAX_RESULT_LENGTH, type ToolContext } from "../tool.ts";
import { MAX_PAGE_BYTES } from "./request_page.ts";
import { webFetch } from "./web_fetch.ts";
import { webHost } from "./web_host.ts";

const closedHost = () => new HostProcess(webHost({ env: Deno.env.toObject() }));

/** A host that checks no addresses: with `--allow-net` it reaches the servers of a test. */
function openHost(permissions?: readonly string[]): HostProcess {
  const options = webHost({ env: Deno.env.toObject() });
  const entry = fileURLToPath(new URL("./testing/open_web_host.ts", import.meta.url));
  return new HostProcess({ ...options, entry, permissions: permissions ?? options.permissions });
}

function contextOf(host: HostProcess): ToolContext {
  const none = () => Promise.reject(new Error("not in this test"));
  const hosts = { web: () => Promise.resolve(host), reader: none, searcher: none, writer: none, runner: none };
  const { signal } = new AbortController();
  return { sessionId: "s", turnId: "t", callId: "c", workspace: null, hosts, signal, emit: () => {} };
}

function serve(answer: (request: Request) => Response): { origin: string; port: number } & AsyncDisposable {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
  const { port } = server.addr;
  return { port, origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

const html = (body: string) => new Response(body, { headers: { "content-type": "text/html" } });

Deno.test("web_fetch asks nothing of this machine and its network, by whatever name or number", async () => {
  let requests = 0;
  await using server = serve(() => {
    requests++;
    return html("secret");
  });
  await using host = closedHost();
  const { port } = server;
  const places = [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f000001",
    "0177.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "0.0.0.0",
  ];
  const urls = [...places.map((place) => `http://${place}:${port}/`), "http://169.254.169.254/latest/meta-data/"];
  for (const url of urls) {
    await assertRejects(() => webFetch.run({ url }, contextOf(host)), HostError, "not on the public internet");
    const { refusal } = await webFetch.preview({ url }, contextOf(host));
    assertStringIncludes(refusal ?? "", "not on the public internet", url);
  }
  // this machine's own name resolves to an address of it, and nothing in the name tells
  const own = Deno.hostname();
  await assertRejects(() => webFetch.run({ url: `http://${own}:${port}/` }, contextOf(host)), HostError);
  assertEquals(requests, 0);
});

Deno.test("where the host's own check is off, Deno refuses the same places", async () => {
  let requests = 0;
  await using server = serve(() => {
    requests++;
    return html("secret");
  });
  await using host = openHost();
  for (
    const place of [
      "127.0.0.1",
      "localhost",
      "2130706433",
      "[::1]",
      "[::ffff:127.0.0.1]",
      "10.0.0.1",
      "169.254.169.254",
    ]
  ) {
    const url = `http://${place}:${server.port}/`;
    await assertRejects(
      () => host.call("fetch", { url, userAgent: "t" }, contextOf(host)),
      HostError,
      "net access",
    );
  }
  assertEquals(requests, 0);
});

Deno.test("the web host has neither files nor programs nor an environment", () => {
  const { permissions } = webHost({ env: {} });
  assertEquals(permissions.map((flag) => flag.split("=")[0]), ["--allow-net", "--deny-net"]);
});

Deno.test("web_fetch returns a page as text, and says where it came from", async () => {
  let headers = new Headers();
  await using server = serve((request) => {
    headers = request.headers;
    const { pathname } = new URL(request.url);
    if (pathname === "/moved") return new Response(null, { status: 302, headers: { location: "/page" } });
    if (pathname === "/json") return Response.json({ a: 1 });
    if (pathname === "/missing") return new Response("gone", { status: 404 });
    if (pathname === "/latin") {
      return new Response(new Uint8Array([0x47, 0x72, 0xfc, 0xdf, 0x65]), {
        headers: { "content-type": "text/plain; charset=latin1" },
      });
    }
    if (pathname === "/meta") {
      const bytes = [...'<meta charset="windows-1252"><p>'].map((char) => char.charCodeAt(0));
      return new Response(new Uint8Array([...bytes, 0x80]), { headers: { "content-type": "text/html" } });
    }
    if (pathname === "/gzip") {
      const packed = new Blob(["<p>packed"]).stream().pipeThrough(new CompressionStream("gzip"));
      return new Response(packed, { headers: { "content-type": "text/html", "content-encoding": "gzip" } });
    }
    return html("<title>T</title><h1>Hello</h1><a href=/x>there</a>");
  });
  await using host = openHost(["--allow-net"]);
  const get = async (path: string) => await webFetch.run({ url: server.origin + path }, contextOf(host));
  const { ok, result } = await get("/moved#part");
  assertEquals(ok, true);
  assertStringIncludes(result, `${server.origin}/page (HTTP 200)`);
  assertStringIncludes(result, `Title: T\n\n# Hello\n\nthere (${server.origin}/x)`);
  assertEquals([headers.get("cookie"), headers.get("authorization")], [null, null]);
  assert(/^Opta\/\d/.test(headers.get("user-agent") ?? ""));
  assertEquals(headers.get("host"), new URL(server.origin).host);
  assertStringIncludes((await get("/json")).result, '{"a":1}');
  assertStringIncludes((await get("/latin")).result, "Grüße");
  assertStringIncludes((await get("/meta")).result, "€");
  assertStringIncludes((await get("/gzip")).result, "packed");
  const missing = await get("/missing");
  assertEquals(missing.ok, false);
  assertStringIncludes(missing.result, "HTTP 404");
});

Deno.test("web_fetch refuses what is no text, redirects without end or to other schemes, and reads no more than its limit", async () => {
  await using server = serve((request) => {
    const { pathname } = new URL(request.url);
    const to = (location: string) => new Response(null, { status: 302, headers: { location } });
    if (pathname === "/image") return new Response("x", { headers: { "content-type": "image/png" } });
    if (pathname === "/loop") return to("/loop");
    if (pathname === "/file") return to("file:///etc/passwd");
    if (pathname === "/login") return to(`http://user:pass@${new URL(request.url).host}/`);
    if (pathname === "/bomb") {
      const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(97)),
      });
      const packed = zeros.pipeThrough(new CompressionStream("gzip"));
      return new Response(packed, { headers: { "content-type": "text/plain", "content-encoding": "gzip" } });
    }
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(97)) });
    return new Response(endless, { headers: { "content-type": "text/plain" } });
  });
  await using host = openHost(["--allow-net"]);
  const get = async (path: string) => await webFetch.run({ url: server.origin + path }, contextOf(host));
  await assertRejects(() => get("/image"), HostError, "image/png, which is no text");
  await assertRejects(() => get("/loop"), HostError, "redirects more than");
  await assertRejects(() => get("/file"), HostError, "Only http: and https:");
  await assertRejects(() => get("/login"), HostError, "password");
  for (const path of ["/endless", "/bomb"]) {
    const { result, truncated } = await get(path);
    assertEquals(truncated, true);
    assert(result.length <= MAX_RESULT_LENGTH && result.length < MAX_PAGE_BYTES, path);
  }
});
