/** The keys that a server's configuration holds, kept out of what the server says: that goes into the log and to models. Pure. */
import type { McpServerConfig } from "@opta/protocol";
import { longSecrets } from "../observe/redact.ts";

/** Other variables, such as a folder, are named by servers for good reason. */
const SECRET_NAME = /token|secret|passw|key|auth|credential|cookie/i;

export function secretsOf(config: McpServerConfig): string[] {
  const values = "url" in config ? Object.entries(config.headers) : Object.entries(config.env);
  const secrets = values.filter(([name]) => "url" in config || SECRET_NAME.test(name)).flatMap(([, value]) => {
    return [value, value.split(" ").at(-1) ?? ""]; // a header may have a word before the key
  });
  return longSecrets(secrets);
}
