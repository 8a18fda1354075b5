/** Who listens on a port of this machine, as far as the system tells this user. */
import { z } from "zod";
import { parseJson } from "../json/parse_json.ts";
import { MAX_HEALTH_LENGTH } from "../daemon_control/find.ts";
import { authority } from "../daemon_control/launch_settings.ts";
import { readBounded } from "../read_bounded.ts";

/** For the program that knows, and for a daemon that is to introduce itself. */
const LIMIT_MS = 1_500;

const Introduction = z.object({ version: z.string(), contract: z.object({ name: z.string() }) });

/** `deno (pid 12)`, or an Opta daemon of another folder; `null` when nobody says. */
export async function portHolder(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]);
  const [program, daemon] = await Promise.all([programAt(port, limit), daemonAt(host, port, limit)]);
  const words = [daemon, program].filter((word) => word !== null);
  return words.length > 0 ? words.join(", ") : null;
}

async function programAt(port: number, signal: AbortSignal): Promise<string | null> {
  const ways = Deno.build.os === "linux"
    ? [["ss", "-H", "-ltnp", `sport = :${port}`], lsof(port)]
    : Deno.build.os === "darwin"
    ? [lsof(port)]
    : [];
  for (const [program = "", ...args] of ways) {
    const text = await outputOf(program, args, signal);
    const found = text && parseHolder(text);
    if (found) return found;
  }
  return null;
}

function lsof(port: number): string[] {
  return ["lsof", "-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"];
}

/** Reads what `ss -p` or `lsof -Fpc` print. Pure. */
export function parseHolder(text: string): string | null {
  const ss = /users:\(\("([^"]+)",pid=(\d+)/.exec(text);
  if (ss) return `${ss[1]} (pid ${ss[2]})`;
  const pid = /^p(\d+)$/m.exec(text)?.[1];
  const command = /^c(.+)$/m.exec(text)?.[1];
  return pid && command ? `${command} (pid ${pid})` : null;
}

async function outputOf(program: string, args: string[], signal: AbortSignal): Promise<string | null> {
  try {
    const command = new Deno.Command(program, { args, stdin: "null", stdout: "piped", stderr: "null", signal });
    return new TextDecoder().decode((await command.output()).stdout);
  } catch {
    return null; // it is not installed: then nobody says
  }
}

/** No token goes along: it may be anybody's port. */
async function daemonAt(host: string, port: number, signal: AbortSignal): Promise<string | null> {
  try {
    const response = await fetch(`http://${authority(host, port)}/v3/health`, { redirect: "error", signal });
    const { data } = Introduction.safeParse(parseJson(await readBounded(response, MAX_HEALTH_LENGTH) ?? ""));
    return data && data.contract.name.startsWith("opta-") ? `an Opta daemon of another home folder` : null;
  } catch {
    return null; // it speaks something else, or nothing
  }
}
