/** Headers that every answer has, and the few that let a page of an allowed foreign origin read it. */

/** Nothing the daemon answers may be cached, framed, guessed at, or embedded by another page. */
const secureHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
} as const;

/** How long a browser may remember what a preflight said, in seconds. */
const PREFLIGHT_MAX_AGE_S = 600;

/** @param corsOrigin the allowed foreign origin that asks; `null` for everybody else */
export function addHeaders(response: Response, corsOrigin: string | null): Response {
  if (response.status === 101) return response; // the upgrade belongs to the platform
  for (const [name, value] of Object.entries(secureHeaders)) {
    if (!response.headers.has(name)) response.headers.set(name, value);
  }
  response.headers.append("vary", "origin");
  if (corsOrigin !== null) {
    response.headers.set("access-control-allow-origin", corsOrigin);
    response.headers.set("access-control-allow-credentials", "true");
    response.headers.set("access-control-expose-headers", "retry-after");
  }
  return response;
}

/** Answers a browser that asks whether a page of an allowed origin may send a request. */
export function preflightResponse(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-methods": "GET, POST, PATCH, DELETE",
      "access-control-allow-headers": "authorization, content-type, last-event-id",
      "access-control-max-age": String(PREFLIGHT_MAX_AGE_S),
    },
  });
}
