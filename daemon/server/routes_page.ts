/**
 * The web client: its document and what belongs to it. Anybody on this machine may read them, for they hold nothing but
 * code; what the page shows comes over routes that want credentials. Their headers let the page load its own files and
 * talk to this daemon, and nothing else.
 */
import { OptaError } from "@opta/protocol";
import { acceptedEncodings } from "./accepted_encodings.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import type { PageFile } from "./page_files.ts";

/** The kinds of files that a page is made of. Anything else in a build is a mistake and is not served. */
const mediaTypes: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  woff2: "font/woff2",
};

/** A name holds the hash of its content, so what was fetched once is good for ever: a year, as is the custom. */
const IMMUTABLE = "public, max-age=31536000, immutable";

/** What a page may ask of the browser beside the screen: to put code on the clipboard. */
const permissionsPolicy = [
  ...["accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"],
  ...["gyroscope", "hid", "identity-credentials-get", "idle-detection", "local-fonts", "magnetometer", "microphone"],
  ...["midi", "payment", "picture-in-picture", "publickey-credentials-get", "screen-wake-lock", "serial", "usb"],
  ...["window-management", "xr-spatial-tracking", "clipboard-read"],
].map((feature) => `${feature}=()`).join(", ") + ", clipboard-write=(self)";

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Opta</title>
<h1>The page is not built yet</h1>
<p>Run <code>opta web</code>, which builds it and opens it; or <code>deno task web</code>, which only builds it.</p>
</html>
`;

export function pageRoutes({ pageFiles }: ServerContext): Pick<Handlers, "page" | "pageAsset"> {
  return {
    async page({ raw }) {
      const file = await pageFiles.document(acceptedEncodings(raw.headers.get("accept-encoding")));
      const headers = documentHeaders(raw);
      if (!file) return new Response(NOT_BUILT, { status: 503, headers });
      const tag = `"${file.name}${file.encoding ? `.${file.encoding}` : ""}"`;
      headers.set("cache-control", "no-cache"); // asked about each time: the next build has other files
      headers.set("etag", tag);
      if (matchesTag(raw.headers.get("if-none-match"), tag)) return new Response(null, { status: 304, headers });
      return await fileResponse(raw, file, headers);
    },

    async pageAsset({ params: { name }, raw }) {
      const file = await pageFiles.asset(name, acceptedEncodings(raw.headers.get("accept-encoding")));
      if (!file) throw new OptaError("not_found", "The page has no such file. If it is open, load it again.");
      return await fileResponse(raw, file, new Headers({ "cache-control": IMMUTABLE }));
    },
  };
}

async function fileResponse({ method }: Request, file: PageFile, headers: Headers): Promise<Response> {
  const type = mediaTypes[file.name.split(".").at(-1) ?? ""];
  if (type === undefined) throw new OptaError("not_found", "The page has no such file.");
  headers.set("content-type", type);
  headers.set("content-length", String(file.bytes));
  headers.set("vary", "accept-encoding");
  if (file.encoding !== null) headers.set("content-encoding", file.encoding);
  return new Response(method === "HEAD" ? null : await file.read(), { headers });
}

function documentHeaders({ url }: Request): Headers {
  const csp = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src 'self' ws://${new URL(url).host}`, // older browsers do not take 'self' for the WebSocket
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ];
  return new Headers({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": csp.join("; "),
    "cross-origin-opener-policy": "same-origin",
    "origin-agent-cluster": "?1",
    "permissions-policy": permissionsPolicy,
    "x-frame-options": "DENY", // for browsers that do not know frame-ancestors
  });
}

/** Whether the browser has this very document already [RFC 9110, 13.1.2]. */
function matchesTag(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(",").map((part) => part.trim().replace(/^W\//, "")).some((known) =>
    known === tag || known === "*"
  );
}
