/** What the page shows, as the fragment of its address says it: so that it can be reloaded, kept and gone back to. Pure. */

export type Route =
  /** A chat that does not exist before its first message. */
  | { kind: "new" }
  | { kind: "session"; sessionId: string }
  | { kind: "usage" };

/** @param hash of the address, with its `#`; what is unknown leads to a new chat */
export function readRoute(hash: string): Route {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  const sessionId = values.get("session");
  if (sessionId) return { kind: "session", sessionId };
  return values.has("usage") ? { kind: "usage" } : { kind: "new" };
}

export function formatRoute(route: Route): string {
  switch (route.kind) {
    case "new":
      return "#new";
    case "session":
      return `#session=${encodeURIComponent(route.sessionId)}`;
    case "usage":
      return "#usage";
    default:
      return route satisfies never;
  }
}
