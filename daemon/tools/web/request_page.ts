/**
 * One HTTP request to one address. The name was resolved and its address checked before; the connection goes to that very
 * address and to no other, whatever the name would resolve to by now. Proxies of the environment are not used.
 */
import http from "node:http";
import https from "node:https";
import type { LookupFunction } from "node:net";

export interface Address {
  address: string;
  family: 4 | 6;
}

export interface PageResponse {
  status: number;
  /** Where a redirect leads. */
  location: string | null;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
  /** The body is longer than what was read. */
  isCut: boolean;
}

/** Most bytes of a page, as they come and unpacked. */
export const MAX_PAGE_BYTES = 2 * 1024 * 1024;

/** @throws {Error} when it cannot be reached, breaks off, or is packed in a way that is not understood */
export async function requestPage(
  url: URL,
  { address, family }: Address,
  { userAgent, signal }: { userAgent: string; signal: AbortSignal },
): Promise<PageResponse> {
  const lookup: LookupFunction = (_name, options, done) => {
    if (options.all) done(null, [{ address, family }]);
    else done(null, address, family);
  };
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const { request: send } = url.protocol === "https:" ? https : http;
  const headers = {
    "user-agent": userAgent,
    accept: "text/html, text/markdown, text/plain, application/json, text/*;q=0.9, */*;q=0.5",
    "accept-encoding": "gzip, deflate",
  };
  const request = send(url, { headers, lookup, agent: false, signal, maxHeaderSize: 64 * 1024 });
  request.on("response", resolve);
  request.on("error", reject);
  request.end();
  try {
    const response = await promise;
    const { statusCode: status = 0, headers: { location = null, "content-type": contentType = "", ...rest } } =
      response;
    if (status >= 300 && status < 400 && location !== null) {
      return { status, location, contentType, body: new Uint8Array(), isCut: false };
    }
    const encoding = String(rest["content-encoding"] ?? "").trim().toLowerCase();
    return { status, location: null, contentType, ...await readUnpacked(response, encoding) };
  } finally {
    request.destroy();
  }
}

async function readUnpacked(
  response: AsyncIterable<Uint8Array>,
  encoding: string,
): Promise<Pick<PageResponse, "body" | "isCut">> {
  switch (encoding) {
    case "":
    case "identity":
      return await readLimited(response);
    case "gzip":
    case "x-gzip":
    case "deflate": {
      // Unpacked as it comes: what would fill the memory ends at the limit.
      const unpacker = new DecompressionStream(encoding === "deflate" ? "deflate" : "gzip");
      return await readLimited(ReadableStream.from(copied(response)).pipeThrough(unpacker));
    }
    default:
      throw new Error(`the page is packed as ${encoding}, which is not understood`);
  }
}

async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

/** Stops reading at the limit; what breaks off after some bytes counts as cut. */
async function readLimited(chunks: AsyncIterable<Uint8Array>): Promise<Pick<PageResponse, "body" | "isCut">> {
  const body = new Uint8Array(MAX_PAGE_BYTES);
  let length = 0;
  let isCut = false;
  try {
    for await (const chunk of chunks) {
      const kept = chunk.subarray(0, body.length - length);
      body.set(kept, length);
      length += kept.length;
      isCut = kept.length < chunk.length;
      if (isCut) break;
    }
  } catch (error) {
    if (length === 0) throw error;
    isCut = true;
  }
  return { body: body.subarray(0, length), isCut };
}
