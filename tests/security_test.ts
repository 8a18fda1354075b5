/** Rules of docs/security.md against the real daemon, over raw connections: what a hostile page or program would send. */
import { type Route, routes } from "@opta/protocol";
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { freePort } from "./support/free_port.ts";
import { exchange, rawRequest, type RawResponse } from "./support/raw_http.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";

/** In the words of any door. */
const AnyError = z.object({ error: z.union([z.string(), z.looseObject({ code: z.string() })]) });

const table = Object.entries<Route>(routes).map(([name, { method, path, auth }]) => ({
  name,
  method,
  auth,
  path: path.replaceAll(/:\w+/g, "some-id"),
}));

function send(daemon: TestDaemon, { method, path }: { method: string; path: string }, headers: Record<string, string>) {
  return rawRequest({ port: daemon.state.port, method, path, headers });
}

/** How the door of earlier releases words what has a code elsewhere. */
const legacyWords: Record<string, RegExp> = {
  forbidden_host: /^This name is not one of the daemon's/,
  forbidden_origin: /^Pages of this origin may not/,
  unauthorized: /^Credentials are needed/,
};

function codeOf({ body }: RawResponse): string | undefined {
  const { error } = AnyError.parse(JSON.parse(body));
  if (typeof error !== "string") return error.code;
  return Object.keys(legacyWords).find((code) => legacyWords[code]?.test(error)) ?? error;
}

const upgrade = {
  connection: "upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};

Deno.test("a foreign Host is refused on every route, with and without the token [security 1]", async () => {
  await using daemon = await startDaemon();
  const { port } = daemon.state;
  const hosts = ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1:${port + 1}`, `localhost.:${port}`];
  for (const route of table) {
    for (const host of hosts) {
      const anonymous = await send(daemon, route, { host });
      assertEquals([anonymous.status, codeOf(anonymous)], [403, "forbidden_host"], `${route.name} ${host}`);
      const known = await send(daemon, route, { ...upgrade, host, authorization: `Bearer ${daemon.token}` });
      assertEquals([known.status, codeOf(known)], [403, "forbidden_host"], `${route.name} ${host}`);
    }
  }
  const absolute = await exchange(
    port,
    `GET http://evil.example/v3/health HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`,
  );
  assertEquals(codeOf(absolute), "forbidden_host");
});

Deno.test("a foreign Origin is refused on every route, with and without the token [security 2]", async () => {
  await using daemon = await startDaemon({ allowedOrigins: ["https://opta.example"] });
  const { port } = daemon.state;
  const origins = [
    "https://evil.example",
    "null",
    "https://opta.example.evil",
    "http://opta.example",
    `http://localhost:${port}`,
    `http://127.0.0.1:${port + 1}`,
  ];
  for (const route of table) {
    for (const origin of origins) {
      const anonymous = await send(daemon, route, { origin });
      assertEquals([anonymous.status, codeOf(anonymous)], [403, "forbidden_origin"], `${route.name} ${origin}`);
      assertEquals(anonymous.headers.get("access-control-allow-origin"), null);
      const known = await send(daemon, route, { ...upgrade, origin, authorization: `Bearer ${daemon.token}` });
      assertEquals([known.status, codeOf(known)], [403, "forbidden_origin"], `${route.name} ${origin}`);
    }
  }
});

Deno.test("without credentials every route that needs them is 401, also with the token in the query [security 3]", async () => {
  await using daemon = await startDaemon();
  const bad: Record<string, string>[] = [{}, { authorization: "Bearer wrong" }, { authorization: daemon.token }, {
    cookie: `opta_session_${daemon.state.port}=x`,
  }];
  for (const route of table.filter(({ auth }) => auth === "token")) {
    const path = `${route.path}?token=${daemon.token}&access_token=${daemon.token}`;
    const response = await send(daemon, { ...route, path }, upgrade);
    assertEquals([response.status, codeOf(response)], [401, "unauthorized"], route.name);
  }
  for (const headers of bad) {
    const response = await send(daemon, { method: "GET", path: "/v3/sessions" }, headers);
    assertEquals([response.status, codeOf(response)], [401, "unauthorized"]);
  }
});

Deno.test("guessing the token is slowed down and locks nobody out [security 4]", async () => {
  await using daemon = await startDaemon();
  const guess = () => send(daemon, { method: "GET", path: "/v3/sessions" }, { authorization: "Bearer guess" });
  const statuses: number[] = [];
  for (let i = 0; i < 30; i++) statuses.push((await guess()).status);
  assertEquals(statuses, [...Array(20).fill(401), ...Array(10).fill(429)]);
  assert(Number((await guess()).headers.get("retry-after")) > 0);
  const right = await daemon.fetch("/v3/sessions");
  await right.body?.cancel();
  assertEquals(right.status, 200);
});

Deno.test("a ticket is good once, for its page, and the cookie too [security 3]", async () => {
  await using daemon = await startDaemon();
  const { port } = daemon.state;
  const origin = daemon.baseUrl;
  const newTicket = async () => (await (await daemon.post("/v3/tickets", { origin })).json()).ticket;
  const redeem = (ticket: string, headers: Record<string, string>) =>
    rawRequest({
      port,
      method: "POST",
      path: "/v3/tickets/redeem",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ ticket }),
    });
  const ticket = await newTicket();
  const redeemed = await redeem(ticket, { origin });
  assertEquals(redeemed.status, 200);
  assertEquals((await redeem(ticket, { origin })).status, 401);
  assertEquals((await redeem(await newTicket(), {})).status, 403);

  const cookie = redeemed.headers.get("set-cookie")?.split(";")[0] ?? "";
  const body = "{}";
  const create = (headers: Record<string, string>) =>
    rawRequest({
      port,
      method: "POST",
      path: "/v3/sessions",
      headers: { "content-type": "application/json", cookie, ...headers },
      body,
    });
  assertEquals((await create({ origin })).status, 201);
  assertEquals((await create({})).status, 403, "state is changed from the page alone");
  const localhost = { host: `localhost:${port}`, origin: `http://localhost:${port}` };
  assertEquals((await create(localhost)).status, 403, "the page of another name is another page");
});

Deno.test("a body of 100 MB is refused and not kept, announced or not [security 6]", async () => {
  await using daemon = await startDaemon();
  const { port } = daemon.state;
  const size = 100 * 1024 * 1024;
  const head = [
    "POST /v3/sessions HTTP/1.1",
    `host: 127.0.0.1:${port}`,
    `authorization: Bearer ${daemon.token}`,
    "content-type: application/json",
  ];
  const announced = await exchange(port, `${[...head, `content-length: ${size}`].join("\r\n")}\r\n\r\n{`);
  assertEquals([announced.status, codeOf(announced)], [413, "payload_too_large"]);

  const rss = async () => (await (await daemon.fetch("/v3/metrics")).json()).runtime.memoryBytes.rss;
  const before = await rss();
  const answer = await sendChunked(port, [...head, "transfer-encoding: chunked"].join("\r\n"), size);
  assertStringIncludes(answer, "413 Payload Too Large");
  assertLess(await rss() - before, size / 2);
});

Deno.test("a frame of 10 MB closes the WebSocket with 1009 [security 6]", async () => {
  await using daemon = await startDaemon();
  const url = `${daemon.baseUrl.replace("http", "ws")}/v3/ws`;
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${daemon.token}` } });
  const closed = new Promise<CloseEvent>((resolve) => socket.onclose = resolve);
  socket.onopen = () => socket.send("x".repeat(10 * 1024 * 1024));
  assertEquals((await closed).code, 1009);
  assertEquals((await (await daemon.fetch("/v3/health")).json()).status, "ok");
});

Deno.test("no answer carries a secret or says where the daemon's files are, but status", async () => {
  await using daemon = await startDaemon({ apiKey: "sk-the-key-of-the-model-server" });
  for (const { name, path } of table.filter(({ method }) => method === "GET")) {
    if (name === "followWs" || name === "followSse" || name === "status") continue;
    const text = await (await daemon.fetch(path)).text();
    for (const secret of [daemon.token, "sk-the-key", daemon.stateDir]) assert(!text.includes(secret), name);
  }
  await daemon.stop();
  const log = await Deno.readTextFile(daemon.state.logsPath);
  assertStringIncludes(log, "The daemon listens");
  for (const secret of [daemon.token, "sk-the-key"]) assert(!log.includes(secret));
});

Deno.test("nobody without the token is told the name under which browsers call the daemon [security 3]", async () => {
  await using daemon = await startDaemon({ ports: [freePort()] });
  const { port, pageOrigin = "" } = daemon.state;
  const { hostname } = new URL(pageOrigin);
  assertStringIncludes(hostname, ".localhost");
  for (const { method, path } of table) {
    const { headers, body } = await rawRequest({ port, method, path });
    assert(!JSON.stringify([...headers]).includes(hostname) && !body.includes(hostname), path);
  }
  assertEquals((await rawRequest({ port, path: "/v3/health", headers: { host: `${hostname}:${port}` } })).status, 200);
  await daemon.stop();
  assert(!(await Deno.readTextFile(daemon.state.logsPath)).includes(hostname), "nor is the log");
});

/** Sends a body of spaces; returns how the answer begins. */
async function sendChunked(port: number, head: string, size: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const data = " ".repeat(64 * 1024);
  const chunk = new TextEncoder().encode(`${data.length.toString(16)}\r\n${data}\r\n`);
  await writeAll(connection, new TextEncoder().encode(`${head}\r\n\r\n`));
  for (let sent = 0; sent < size; sent += data.length) await writeAll(connection, chunk);
  const answer = new Uint8Array(1_024);
  return new TextDecoder().decode(answer.subarray(0, await connection.read(answer) ?? 0));
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await connection.write(rest));
}
