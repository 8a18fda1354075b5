import { assert, assertEquals } from "@std/assert";
import { readBootId } from "./boot_id.ts";
import type { LaunchSettings } from "./launch_settings.ts";
import { daemonArgs, daemonEnv } from "./spawn.ts";

const settings: LaunchSettings = {
  host: "127.0.0.1",
  ports: [9999, 10000],
  modelServer: { kind: "none" },
  provider: "auto",
};

/** The arguments after the daemon's entry. */
function argsOf(changes: Partial<LaunchSettings>): string[] {
  const args = daemonArgs("/opta/daemon/main.ts", { ...settings, ...changes }, "/state");
  return args.slice(args.indexOf("/opta/daemon/main.ts") + 1);
}

Deno.test("daemonArgs() says what is set and nothing else", () => {
  const always = ["--state-dir=/state", "--host=127.0.0.1", "--ports=9999,10000"];
  assertEquals(argsOf({}), [...always, "--provider=auto"]);
  assertEquals(argsOf({ modelServer: { kind: "host", host: "mac", port: 1234 }, provider: "lmx", model: "--x y" }), [
    ...always,
    "--model-host=mac",
    "--model-port=1234",
    "--provider=lmx",
    "--model=--x y",
  ]);
  const url = { kind: "url", url: "https://api.example/v1" } as const;
  assertEquals(
    argsOf({
      modelServer: url,
      maxSessions: 5,
      permissionTimeoutMs: 60_000,
      allowedOrigins: ["https://a.b", "http://c:1"],
    }),
    [
      ...always,
      "--base-url=https://api.example/v1",
      "--provider=auto",
      "--max-sessions=5",
      "--permission-timeout-ms=60000",
      "--allowed-origin=https://a.b",
      "--allowed-origin=http://c:1",
    ],
  );
});

Deno.test("daemonEnv() lets nothing of the user's environment through that is not needed [security 8]", () => {
  const user = {
    HOME: "/home/me",
    DENO_DIR: "/cache",
    GITHUB_TOKEN: "x",
    LD_PRELOAD: "x",
    OPTA_HOME: "x",
    OPTA_API_KEY: "old",
  };
  assertEquals(daemonEnv({ settings, secrets: { apiKey: "new" } }, user, "boot"), {
    HOME: "/home/me",
    DENO_DIR: "/cache",
    OPTA_API_KEY: "new",
    OPTA_BOOT_ID: "boot",
    NO_PROXY: "127.0.0.1,localhost,::1",
    NO_COLOR: "1",
    DENO_NO_UPDATE_CHECK: "1",
  });
});

Deno.test("readBootId() is the same for as long as the machine runs", async () => {
  const id = await readBootId();
  assertEquals(await readBootId(), id);
  if (Deno.build.os === "linux" || Deno.build.os === "darwin") assert(id.length > 30);
});
