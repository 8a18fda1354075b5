/** The keys that a server's configuration holds, kept out of what the server says: that goes into the log and to models. Pure. */
import type { McpServerConfig } from "@opta/protocol";

const MASK = "[redacted]";
/** Shorter ones stand in ordinary text as well. */
const MIN_LENGTH = 8;
/** Other variables, such as a folder, are named by servers for good reason. */
const SECRET_NAME = /token|secret|passw|key|auth|credential|cookie/i;

export function secretsOf(config: McpServerConfig): string[] {
  const values = "url" in config ? Object.entries(config.headers) : Object.entries(config.env);
  const secrets = values.filter(([name]) => "url" in config || SECRET_NAME.test(name)).flatMap(([, value]) => {
    return [value, value.split(" ").at(-1) ?? ""]; // a header may have a word before the key
  });
  const long = [...new Set(secrets)].filter((secret) => secret.length >= MIN_LENGTH);
  return long.sort((a, b) => b.length - a.length); // one may hold another
}

export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}
