/** The programs whose painting is measured: the terminal UI on a session, and beside it Ink alone and a bare echo. */
import { fileURLToPath } from "node:url";
import { PtyProbe } from "./pty_probe.ts";

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const CLI = fileOf("../../cli/main.ts");
const CONFIG = fileOf("../../deno.json");

/** `opta tui` on this session. */
export function startTui(home: string, sessionId: string): PtyProbe {
  return start([CLI, "tui", "--resume", sessionId], { OPTA_HOME: home });
}

/** Ink alone, with so many tokens a second, once it takes keys. */
export async function openPlainInk(tokensPerSecond: number): Promise<PtyProbe> {
  return await opened(start([fileOf("plain_ink_main.ts"), String(tokensPerSecond)], { NODE_ENV: "production" }));
}

export async function openEcho(): Promise<PtyProbe> {
  return await opened(start([fileOf("echo_main.ts")], {}));
}

function start(args: string[], own: Record<string, string>): PtyProbe {
  const { NO_COLOR: _, CI: __, ...env } = Deno.env.toObject(); // as a person has it
  return new PtyProbe({
    command: Deno.execPath(),
    args: ["run", "--quiet", "-A", "--config", CONFIG, ...args],
    env: { ...env, ...own },
  });
}

async function opened(probe: PtyProbe): Promise<PtyProbe> {
  try {
    await probe.takesKeys();
    return probe;
  } catch (error) {
    await probe[Symbol.asyncDispose]();
    throw error;
  }
}
