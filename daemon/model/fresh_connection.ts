/**
 * Headers that keep a connection from being used for a second request. A server may be closing an idle one just now, and a
 * request that got lost in that is not sent again by itself: it might have been taken. On plain HTTP, as on one's own machines,
 * a new connection costs next to nothing; one with TLS costs more, and such servers keep theirs for minutes.
 */
export function freshConnection(url: URL | string): Record<string, string> {
  return new URL(url).protocol === "http:" ? { connection: "close" } : {};
}
