/** HTTP by hand, for what `fetch` will not send: a foreign Host, a body that is longer than announced, no body at all. */

export interface RawRequest {
  port: number;
  method?: string;
  path: string;
  /** `host` is that of the address unless given. */
  headers?: Record<string, string>;
  body?: string;
}

export interface RawResponse {
  status: number;
  headers: Headers;
  body: string;
}

/** How long an answer may take before the test fails. */
const TIMEOUT_MS = 10_000;

/** Sends one request over a connection of its own. */
export async function rawRequest({ port, method = "GET", path, headers = {}, body }: RawRequest): Promise<RawResponse> {
  const lines = [`${method} ${path} HTTP/1.1`];
  const length = body === undefined ? {} : { "content-length": String(new TextEncoder().encode(body).length) };
  const all = { host: `127.0.0.1:${port}`, connection: "close", ...length, ...headers };
  for (const [name, value] of Object.entries(all)) lines.push(`${name}: ${value}`);
  return await exchange(port, `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`);
}

/** Sends these bytes and reads one answer. */
export async function exchange(port: number, text: string): Promise<RawResponse> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    connection.close();
  }, TIMEOUT_MS);
  try {
    await connection.write(new TextEncoder().encode(text));
    return parseResponse(await readAll(connection));
  } catch (cause) {
    throw timedOut ? new Error(`No answer within ${TIMEOUT_MS} ms`, { cause }) : cause;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(connection: Deno.Conn): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(64 * 1024);
  let text = "";
  for (;;) {
    const count = await connection.read(buffer);
    if (count === null) return text;
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    if (isWhole(text)) return text;
  }
}

/** Nobody closes an upgraded connection, nor one that is to be kept alive. */
function isWhole(text: string): boolean {
  const { status, headers, body } = parseResponse(text);
  if (!text.includes("\r\n\r\n")) return false;
  const length = headers.get("content-length");
  return status === 101 || (length !== null && new TextEncoder().encode(body).length >= Number(length));
}

function parseResponse(text: string): RawResponse {
  const [head = "", ...rest] = text.split("\r\n\r\n");
  const [statusLine = "", ...headerLines] = head.split("\r\n");
  const headers = new Headers(
    headerLines.filter((line) => line.includes(":")).map((line) => {
      const [name = "", ...value] = line.split(":");
      return [name, value.join(":").trim()];
    }),
  );
  return { status: Number(statusLine.split(" ")[1]), headers, body: rest.join("\r\n\r\n") };
}
