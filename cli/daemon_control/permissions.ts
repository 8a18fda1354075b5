/**
 * What the daemon may touch, as flags of `deno run`: its own address, the model server it is told to use, the cloud when
 * the settings name it, its own folder, and a few variables by name. All else is denied without a question: no other
 * file or host, no child process, no native library, no code from the network. `opta daemon status` prints what came of
 * it.
 */
import { authority, type LaunchSettings } from "./launch_settings.ts";

/** Where model servers of this machine commonly listen (LMX and LM Studio, Ollama, llama.cpp), for when none is set. */
export const PROBE_PORTS: readonly number[] = [1234, 11434, 8080];

const ANTHROPIC_URL = "https://api.anthropic.com";

/** The variables that carry what must not stand in argv, and the identity of the machine's boot. */
export const DAEMON_VARIABLES = ["OPTA_API_KEY", "OPTA_LMX_ADMIN_KEY", "ANTHROPIC_API_KEY", "OPTA_BOOT_ID"] as const;

export function permissionFlags(settings: LaunchSettings, stateDir: string): string[] {
  const folder = stateDir.replaceAll(",", ",,"); // a single comma would begin another path
  return [
    "--no-prompt",
    "--no-remote", // --deny-import leaves the hosts that Deno trusts by itself
    `--allow-net=${netTargets(settings).join(",")}`,
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    `--allow-env=${DAEMON_VARIABLES.join(",")}`,
  ];
}

function netTargets(settings: LaunchSettings): string[] {
  const own = settings.ports.map((port) => authority(settings.host, port));
  return [...new Set([...own, ...modelTargets(settings), ...cloudTargets(settings)])];
}

/** Nothing leaves for the cloud unless the settings send it there. */
function cloudTargets({ provider, fallback, anthropicBaseUrl = ANTHROPIC_URL }: LaunchSettings): string[] {
  return provider === "anthropic" || fallback === "anthropic" ? [urlTarget(new URL(anthropicBaseUrl))] : [];
}

function modelTargets({ modelServer, provider }: LaunchSettings): string[] {
  switch (modelServer.kind) {
    case "none":
      return provider !== "demo" ? PROBE_PORTS.map((port) => authority("127.0.0.1", port)) : [];
    case "host":
      return [authority(modelServer.host, modelServer.port)];
    case "url":
      return [urlTarget(new URL(modelServer.url))];
    default:
      return modelServer satisfies never;
  }
}

function urlTarget(url: URL): string {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return `${url.hostname}:${port}`;
}
