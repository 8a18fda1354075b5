/**
 * Takes secrets out of what is about to be logged, and those that are known out of what tools say: that is kept, and goes to
 * clients and models. It runs where the record is made, so that no sink, whatever it does, ever sees one.
 */

const MASK = "[redacted]";
/** Shorter ones stand in ordinary text as well. */
const MIN_LENGTH = 8;
/** Deeper values are cut: a log line is no place for them, and a cycle would never end. */
const MAX_DEPTH = 6;

/** Keys whose value is a secret, whatever it looks like. */
const secretKey = /token$|secret|password|passwd|authorization|cookie|ticket|credential|api[-_]?key|admin[-_]?key/i;

/** Text that looks like a secret, wherever it stands: credentials in a header or URL, and keys of well-known services. */
const secretText = new RegExp(
  [
    /\b(?:bearer|basic)\s+[\w.~+/=-]{8,}/,
    /\b(?:sk|pk|rk)[-_][\w-]{16,}/,
    /\bgh[opsu]_\w{20,}/,
    /\bgithub_pat_\w{20,}/,
    /\bxox[abprs]-[\w-]{10,}/,
    /\bAKIA[0-9A-Z]{16}\b/,
    /\bAIza[\w-]{30,}/,
    /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*/,
    /(?<=[?&#](?:token|key|api_key|ticket|access_token)=)[^&\s"']+/,
    /(?<=:\/\/)[^\s/:@"']+:[^\s/@"']+(?=@)/,
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?/,
  ].map((pattern) => pattern.source).join("|"),
  "gi",
);

/** The values that `withoutSecrets()` is to look for, of all that may be secret. */
export function longSecrets(values: readonly string[]): string[] {
  const long = [...new Set(values)].filter((value) => value.length >= MIN_LENGTH);
  return long.sort((a, b) => b.length - a.length); // one may hold another
}

/** Takes out these and nothing else: a model that is to change a file must see the rest of it as it is. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}

export class Redactor {
  readonly #secrets: readonly string[];

  /** @param secrets values known to be secret, such as the daemon's own token; empty ones are ignored */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret !== "");
  }

  text(text: string): string {
    return withoutSecrets(text, this.#secrets).replaceAll(secretText, MASK);
  }

  /** A copy, as plain JSON. */
  facts(facts: Record<string, unknown>): Record<string, unknown> {
    return this.#object(facts, 0);
  }

  #object(object: object, depth: number): Record<string, unknown> {
    const entries = Object.entries(object).map(([key, value]) =>
      [key, secretKey.test(key) ? MASK : this.#value(value, depth + 1)] as const
    );
    return Object.fromEntries(entries);
  }

  #value(value: unknown, depth: number): unknown {
    if (typeof value === "string") return this.text(value);
    if (typeof value === "bigint") return value.toString();
    if (typeof value !== "object" || value === null) return value;
    if (depth > MAX_DEPTH) return "[too deep]";
    if (value instanceof Error) return this.text(value.stack ?? value.message);
    if (Array.isArray(value)) return value.map((item) => this.#value(item, depth + 1));
    return this.#object(value, depth);
  }
}
