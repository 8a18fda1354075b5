/** What an `accept-encoding` header allows [RFC 9110, 12.5.3]. */

/** A predicate of the encodings that are acceptable; one that is not named is not. */
export function acceptedEncodings(header: string | null): (encoding: string) => boolean {
  const weights = new Map<string, number>();
  for (const part of (header ?? "").toLowerCase().split(",")) {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    const weight = q === undefined ? 1 : Number(q.slice(2));
    if (name !== "") weights.set(name, Number.isNaN(weight) ? 0 : weight);
  }
  const others = weights.get("*") ?? 0;
  return (encoding) => (weights.get(encoding) ?? others) > 0;
}
