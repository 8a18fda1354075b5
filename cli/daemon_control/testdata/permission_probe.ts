/** Tries what a daemon may do and what it may not, and prints as JSON what came of it. */
const stateDir = Deno.args[0]!;

const attempts: Record<string, () => unknown> = {
  "listen on its own address": () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
  "read and write its own folder": async () => {
    await Deno.writeTextFile(`${stateDir}/file`, "");
    await Deno.readTextFile(`${stateDir}/file`);
  },
  "read its own variable": () => Deno.env.get("OPTA_API_KEY"),
  "listen on another port": () => Deno.listen({ hostname: "127.0.0.1", port: 9 }).close(),
  "connect to another port": () => fetch("http://127.0.0.1:10/"),
  "connect to another host": () => fetch("http://192.0.2.1:1234/"),
  "resolve a name": () => Deno.resolveDns("example.com", "A"),
  "read a file outside": () => Deno.readTextFile(`${stateDir}/../outside`),
  "write a file outside": () => Deno.writeTextFile(`${stateDir}/../outside`, "changed"),
  "read another variable": () => Deno.env.get("EDITOR"),
  "start another program": () => new Deno.Command("/bin/sh", { args: ["-c", "true"] }).output(),
  "load a native library": () => Deno.dlopen(`${stateDir}/lib.so`, {}),
  "read the host's name": () => Deno.hostname(),
  "import code from the network": () => import(`https://${"esm.sh"}/zod`),
};

const results: Record<string, string> = {};
for (const [name, attempt] of Object.entries(attempts)) {
  try {
    await attempt();
    results[name] = "granted";
  } catch (error) {
    results[name] = isDenial(error) ? "denied" : String(error);
  }
}
console.log(JSON.stringify(results));

/** A denied import is a TypeError that names the flag. */
function isDenial(error: unknown): boolean {
  return error instanceof Deno.errors.NotCapable ||
    error instanceof TypeError && error.message.includes("--no-remote");
}
