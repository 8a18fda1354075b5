/**
 * What the daemon may touch, as flags of `deno run`: its own address, the model server it is told to use, the cloud when
 * the settings name it, its own folder, a few variables by name, and Deno itself, for the children that its tools run
 * in. All else is denied without a question: no other file, host or program, no native library, no code from the
 * network. `opta daemon status` prints what came of it.
 */
import { DAEMON_VARIABLES, HOST_VARIABLES } from "@opta/protocol";
import { authority, type LaunchSettings } from "./launch_settings.ts";

/** Where model servers of this machine commonly listen (LMX and LM Studio, Ollama, llama.cpp), for when none is set. */
export const PROBE_PORTS: readonly number[] = [1234, 11434, 8080];

const ANTHROPIC_URL = "https://api.anthropic.com";

export function permissionFlags(settings: LaunchSettings, stateDir: string): string[] {
  const folder = stateDir.replaceAll(",", ",,"); // a single comma would begin another path
  return [
    "--no-prompt",
    "--no-remote", // --deny-import leaves the hosts that Deno trusts by itself
    `--allow-net=${netTargets(settings).join(",")}`,
    `--allow-read=${folder}`,
    `--allow-write=${folder}`,
    `--allow-env=${[...DAEMON_VARIABLES, ...HOST_VARIABLES].join(",")}`,
    `--allow-run=${Deno.execPath().replaceAll(",", ",,")}`, // for the children that its tools run in
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
