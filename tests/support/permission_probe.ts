/**
 * Tries, from inside, what a daemon must not be able to do, and the little that it must. Run with the daemon's own flags
 * and two arguments: its folder and its port. Prints what came of each try, as JSON: `ok` or the name of the error.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";

const [stateDir = "", port = ""] = Deno.args;

const tries: Record<string, () => unknown> = {
  "read its folder": () => Array.fromAsync(Deno.readDir(stateDir)),
  "write its folder": () => Deno.writeTextFile(`${stateDir}/probe`, "x", { mode: 0o600 }),
  "read its variable": () => Deno.env.get("OPTA_BOOT_ID"),
  "listen on its port": () => Deno.listen({ hostname: "127.0.0.1", port: Number(port) }).close(),

  "read /etc/passwd": () => Deno.readTextFile("/etc/passwd"),
  "read /etc/passwd through node": () => readFileSync("/etc/passwd"),
  "read /proc": () => Deno.readTextFile("/proc/self/environ"),
  "read the parent of its folder": () => Array.fromAsync(Deno.readDir(`${stateDir}/..`)),
  "read its own source": () => Deno.readTextFile(new URL(import.meta.url)),
  "list the root folder": () => Array.fromAsync(Deno.readDir("/")),
  "write outside": () => Deno.writeTextFile(`${stateDir}/../outside`, "x"),
  "write /tmp": () => Deno.makeTempFile(),
  "link out of its folder": () => Deno.symlink("/etc/passwd", `${stateDir}/link`),
  "read the variables of its children": () => Deno.env.get("HOME"),
  "read another variable": () => Deno.env.get("EDITOR"),
  "read all variables": () => Deno.env.toObject(),
  "set another variable": () => Deno.env.set("EDITOR", "/"),
  "run a command": () => new Deno.Command("/bin/sh", { args: ["-c", "true"] }).output(),
  "run a command through node": () => {
    const { error } = spawnSync("/bin/sh", ["-c", "true"]);
    if (error) throw error;
  },
  "start Deno, for its children": () => new Deno.Command(Deno.execPath(), { args: ["--version"] }).output(),
  "signal another process": () => Deno.kill(Deno.ppid, "SIGCONT"),
  "connect elsewhere": () => Deno.connect({ hostname: "192.0.2.1", port: 80 }),
  "connect to another port of this machine": () => Deno.connect({ hostname: "127.0.0.1", port: 22 }),
  "fetch elsewhere": () => fetch("http://192.0.2.1/"),
  "look a name up": () => Deno.resolveDns("example.com", "A"),
  "listen elsewhere": () => Deno.listen({ hostname: "0.0.0.0", port: 0 }),
  "listen on a Unix socket outside": () => Deno.listen({ transport: "unix", path: "/tmp/probe.sock" }),
  "load a native library": () => Deno.dlopen("libc.so.6", {}),
  "ask for the host name": () => hostname(),
  "ask for the user": () => Deno.uid(),
  "load code from the network": () => import(["https:", "192.0.2.1", "x.ts"].join("/").replace(":/", "://")),
};

async function outcome(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
    return "ok";
  } catch (error) {
    return nameOf(error);
  }
}

/** Node wraps the refusal; what it says is the same. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isRefusal = error instanceof Deno.errors.NotCapable ||
    /NotCapable|run again with the --allow/.test(error.message);
  return isRefusal ? "NotCapable" : `${error.name}: ${error.message}`;
}

const outcomes: Record<string, string> = {};
for (const [name, attempt] of Object.entries(tries)) outcomes[name] = await outcome(attempt);
console.log(JSON.stringify(outcomes));
Deno.exit(0);
