/** One request of LMX's admin API: bounded in time and size, with the admin key, and every failure an `OptaError`. */
import { OptaError } from "@opta/protocol";
import { z } from "zod";
import { parseJson } from "../model/completion_chunk.ts";
import { fetchReason } from "../model/fetch_error.ts";
import { freshConnection } from "../model/fresh_connection.ts";
import { whyUnreachable } from "../model/reach.ts";
import { readText } from "../model/read_body.ts";
import { hasOwnAddress, type ServerPlace } from "../model/server_place.ts";
import { DEFAULT_TIMEOUTS } from "../model/timeouts.ts";
import { refusalError, timeoutError, unsupportedError } from "./lmx_error.ts";

/** An LMX, or what may be one. */
export interface LmxServer {
  place: ServerPlace;
  /** For a server that the user has named, and no other. */
  adminKey: string | null;
}

export interface LmxRequest<T> {
  method: "GET" | "POST" | "DELETE";
  /** Below `/admin/`. */
  path: string;
  body?: unknown;
  /** Of the answer; what does not fit is of another kind of server. */
  answer: z.ZodType<T>;
  limitMs: number;
}

/** Largest answer that is read, in bytes: a list of a thousand models is far smaller. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;

/** @throws {OptaError} */
export async function askLmx<T>(server: LmxServer, request: LmxRequest<T>): Promise<T> {
  const { place: { label }, adminKey } = server;
  if (!hasOwnAddress(server.place)) throw unsupportedError(label); // the key must not reach a host behind TLS or a path
  if (request.method !== "GET") await knock(server.place); // what takes minutes must not begin with a wait for nobody
  const { ok, status, body } = await exchange(server, request);
  if (!ok) throw refusalError({ server: label, status, body, adminKey });
  const parsed = request.answer.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unsupportedError(label); // some servers answer 200 to everything
}

async function knock({ address }: ServerPlace): Promise<void> {
  const failure = await whyUnreachable(address, DEFAULT_TIMEOUTS, new AbortController().signal);
  if (failure) throw new OptaError("lmx_unreachable", failure.message);
}

async function exchange(
  { place, adminKey }: LmxServer,
  { method, path, body, limitMs }: LmxRequest<unknown>,
): Promise<{ ok: boolean; status: number; body: unknown }> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    const url = `${place.baseUrl}/admin/${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        ...freshConnection(url),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...(place.apiKey !== null && { authorization: `Bearer ${place.apiKey}` }),
        ...(adminKey !== null && { "x-admin-key": adminKey }),
      },
      body: body === undefined ? undefined : new Blob([JSON.stringify(body)]), // `fetch` sends no blob twice by itself
      redirect: "manual", // a redirect would take the key elsewhere
      signal: limit.signal,
    });
    return {
      ok: response.ok,
      status: response.status,
      body: parseJson(await readText(response, limit.signal, MAX_ANSWER_BYTES)),
    };
  } catch (cause) {
    if (limit.signal.aborted) throw timeoutError(place.label, limitMs);
    const failure = await whyUnreachable(place.address, DEFAULT_TIMEOUTS, limit.signal);
    const message = failure?.message ??
      `The connection to the model server at ${place.label} broke: ${fetchReason(cause)}. Try again.`;
    throw new OptaError("lmx_unreachable", message, undefined, { cause });
  } finally {
    clearTimeout(timer);
  }
}
