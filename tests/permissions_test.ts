/** What the daemon cannot do, proved from inside a process with exactly its permissions [security 7]. */
import { assertEquals } from "@std/assert";
import { permissionFlags } from "../cli/daemon_control/permissions.ts";
import { daemonEnv } from "../cli/daemon_control/spawn.ts";
import { freePort } from "./support/free_port.ts";

const PROBE = new URL("support/permission_probe.ts", import.meta.url).href;

/** The little that the daemon is for; whatever else is tried must be refused. */
const ALLOWED = [
  "read its folder",
  "write its folder",
  "read its variable",
  "listen on its port",
  "read the variables of its children",
  "start Deno, for its children",
];

Deno.test("the daemon can use its folder, its port and its variables, and nothing else", async () => {
  const stateDir = await Deno.realPath(await Deno.makeTempDir());
  const port = freePort();
  const settings = {
    host: "127.0.0.1",
    ports: [port],
    modelServer: { kind: "none" } as const,
    provider: "auto" as const,
  };
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...permissionFlags(settings, stateDir), PROBE, stateDir, String(port)],
      env: daemonEnv({ settings, secrets: {} }, Deno.env.toObject(), "boot"),
      clearEnv: true,
      cwd: stateDir,
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const outcomes: Record<string, string> = JSON.parse(new TextDecoder().decode(stdout));
    const expected = Object.keys(outcomes).map((name) => [name, ALLOWED.includes(name) ? "ok" : "NotCapable"]);
    assertEquals(outcomes, Object.fromEntries(expected));
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
});
