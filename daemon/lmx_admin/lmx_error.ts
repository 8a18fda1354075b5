/** Why LMX did not do what it was asked, in words: what it said of it, and what to do. Pure; never holds the admin key. */
import { type ErrorCode, OptaError } from "@opta/protocol";
import { z } from "zod";

/** What a server answered with a status that is not 2xx. */
export interface Refusal {
  /** `host:port`. */
  server: string;
  status: number;
  /** As JSON, or `undefined` when it is none. */
  body: unknown;
  adminKey: string | null;
}

const LmxError = z.object({ error: z.object({ message: z.string(), code: z.string().nullish() }) });
/** How LMX's framework words what it refuses by itself. */
const FrameworkError = z.object({ detail: z.string() });

/** More of a server's error text than this helps nobody. */
const MAX_QUOTED_LENGTH = 500;

export function refusalError({ server, status, body, adminKey }: Refusal): OptaError {
  const own = LmxError.safeParse(body).data?.error;
  const said = quote(own?.message ?? FrameworkError.safeParse(body).data?.detail ?? "", adminKey);
  const details = { status, ...(own?.code && { code: own.code }) };
  if (status === 401 || status === 403) {
    const key = adminKey === null ? "wants an admin key" : "refused the admin key";
    const message = `The Opta LMX at ${server} ${key} (HTTP ${status}). Set it with "opta config set ` +
      `connection.adminKey KEY" or OPTA_LMX_ADMIN_KEY, then "opta daemon restart".`;
    return new OptaError("lmx_forbidden", message, details);
  }
  if (status === 404 && own?.code?.endsWith("_not_found")) {
    return new OptaError("not_found", `The Opta LMX at ${server} does not know it: ${said}.`, details);
  }
  if (status === 404 || status === 405 || status === 501) return unsupportedError(server);
  const code: ErrorCode = status === 400 || status === 422 ? "invalid_request" : "lmx_refused";
  return new OptaError(code, `The Opta LMX at ${server} refused (HTTP ${status}): ${said}.`, details);
}

export function unsupportedError(server: string): OptaError {
  const message = `The model server at ${server} is not an Opta LMX: it has no /admin API. ` +
    `Loading and unloading is done on that server.`;
  return new OptaError("lmx_unsupported", message);
}

export function timeoutError(server: string, limitMs: number): OptaError {
  const message = `The Opta LMX at ${server} did not answer within ${limitMs / 1_000} s. ` +
    `It may still be doing it: look with "opta models list".`;
  return new OptaError("lmx_timeout", message);
}

/** A server may quote what it was sent. */
function quote(message: string, adminKey: string | null): string {
  const line = message.slice(0, MAX_QUOTED_LENGTH).trim().replace(/\.$/, "") || "it does not say why";
  return adminKey === null ? line : line.replaceAll(adminKey, "…");
}
