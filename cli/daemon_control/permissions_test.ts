import { DAEMON_VARIABLES, HOST_VARIABLES } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { LaunchSettings } from "./launch_settings.ts";
import { PAGE_FOLDER, permissionFlags } from "./permissions.ts";

const settings: LaunchSettings = {
  host: "127.0.0.1",
  ports: [9999, 10000],
  modelServer: { kind: "none" },
  provider: "auto",
};

function netOf(changes: Partial<LaunchSettings>): string | undefined {
  return permissionFlags({ ...settings, ...changes }, "/state").find((flag) => flag.startsWith("--allow-net="))?.slice(
    12,
  );
}

Deno.test("permissionFlags() grants the own address on both loopbacks, the own folder, the page, named variables, Deno, and nothing else", () => {
  assertEquals(permissionFlags({ ...settings, provider: "demo" }, "/state"), [
    "--no-prompt",
    "--no-remote",
    "--allow-net=127.0.0.1:9999,127.0.0.1:10000,[::1]:9999,[::1]:10000",
    `--allow-read=/state,${PAGE_FOLDER}`,
    "--allow-write=/state",
    `--allow-env=${[...DAEMON_VARIABLES, ...HOST_VARIABLES].join(",")}`,
    `--allow-run=${Deno.execPath()}`,
  ]);
});

Deno.test("permissionFlags() grants the model server, or this machine's usual ports when none is set", () => {
  const own = "127.0.0.1:9999,127.0.0.1:10000,[::1]:9999,[::1]:10000";
  assertEquals(netOf({}), `${own},127.0.0.1:1234,127.0.0.1:11434,127.0.0.1:8080`);
  assertEquals(netOf({ modelServer: { kind: "host", host: "mac.local", port: 1234 } }), `${own},mac.local:1234`);
  assertEquals(netOf({ modelServer: { kind: "host", host: "fd00::1", port: 1 } }), `${own},[fd00::1]:1`);
  assertEquals(netOf({ modelServer: { kind: "url", url: "https://api.example/v1" } }), `${own},api.example:443`);
  assertEquals(netOf({ modelServer: { kind: "url", url: "http://[fd00::1]/v1" } }), `${own},[fd00::1]:80`);
  assertEquals(netOf({ host: "::1", ports: [0], provider: "demo" }), "[::1]:0");
  assertEquals(netOf({ host: "::1", ports: [1], provider: "demo" }), "[::1]:1,127.0.0.1:1");
});

Deno.test("permissionFlags() grants Anthropic's host only when the settings send turns there", () => {
  const modelServer = { kind: "host", host: "mac.local", port: 1234 } as const;
  const local = "127.0.0.1:9999,127.0.0.1:10000,[::1]:9999,[::1]:10000,mac.local:1234";
  const anthropicBaseUrl = "https://gateway.example:8443/anthropic";
  assertEquals(netOf({ modelServer, fallback: "none", anthropicBaseUrl }), local);
  assertEquals(netOf({ modelServer, fallback: "anthropic" }), `${local},api.anthropic.com:443`);
  assertEquals(netOf({ modelServer, provider: "anthropic" }), `${local},api.anthropic.com:443`);
  assertEquals(netOf({ modelServer, fallback: "anthropic", anthropicBaseUrl }), `${local},gateway.example:8443`);
});

Deno.test("permissionFlags() hold inside a process that was started with them", async () => {
  const dir = await Deno.realPath(await Deno.makeTempDir());
  const stateDir = `${dir}/a state, with a comma`;
  try {
    await Deno.mkdir(stateDir);
    await Deno.writeTextFile(`${dir}/outside`, "");
    const probe = fileURLToPath(new URL("./testdata/permission_probe.ts", import.meta.url));
    const flags = permissionFlags({ ...settings, ports: [0] }, stateDir);
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...flags, probe, stateDir],
      stderr: "inherit",
    }).output();
    assertEquals(JSON.parse(new TextDecoder().decode(output.stdout)), {
      "listen on its own address": "granted",
      "read and write its own folder": "granted",
      "read its own variable": "granted",
      "listen on another port": "denied",
      "connect to another port": "denied",
      "connect to another host": "denied",
      "resolve a name": "denied",
      "read a file outside": "denied",
      "write a file outside": "denied",
      "read another variable": "denied",
      "start another program": "denied",
      "load a native library": "denied",
      "read the host's name": "denied",
      "import code from the network": "denied",
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});
