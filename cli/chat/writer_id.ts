/** The name under which the turns of this terminal stand in a session: `ann@laptop`. */
import type { Env } from "../paths.ts";
import { sanitizeLine } from "../sanitize.ts";

/** What the protocol allows. */
const MAX_WRITER_ID_LENGTH = 200;

export function writerIdOf(env: Env, hostname: string): string {
  const user = env.USER || env.LOGNAME || env.USERNAME || "user";
  const host = hostname.split(".")[0] || "localhost";
  return sanitizeLine(`${user}@${host}`).slice(0, MAX_WRITER_ID_LENGTH);
}
