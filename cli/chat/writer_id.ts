/** Under which names the turns of a person stand in a session. */
import type { Env } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** What the protocol allows. */
const MAX_WRITER_ID_LENGTH = 200;

export function userNameOf(env: Env): string {
  return env.USER || env.LOGNAME || env.USERNAME || "user";
}

/** Of a terminal: `ann@laptop`. */
export function writerIdOf(env: Env, hostname: string): string {
  const user = userNameOf(env);
  const host = hostname.split(".")[0] || "localhost";
  return sanitizeLine(`${user}@${host}`).slice(0, MAX_WRITER_ID_LENGTH);
}
