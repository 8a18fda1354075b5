/**
 * What the daemon may touch, as flags of `deno run`: its own address, the model server it is told to use, the cloud when
 * the settings name it, its own folder, the page that it serves, a few variables by name, and Deno itself, for the children that its tools run
 * in. All else is denied without a question: no other file, host or program, no native library, no code from the
 * network. `opta daemon status` prints what came of it.
 */
import { DAEMON_VARIABLES, HOST_VARIABLES, twinOf } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import { authority, type LaunchSettings } from "./launch_settings.ts";

/** Where model servers of this machine commonly listen (LMX and LM Studio, Ollama, llama.cpp), for when none is set. */
export const PROBE_PORTS: readonly number[] = [1234, 11434, 8080];

const ANTHROPIC_URL = "https://api.anthropic.com";

/** What `deno task web` has built: the page that the daemon serves. */
export const PAGE_FOLDER: string = fileURLToPath(new URL("../../web/dist/", import.meta.url));

export function permissionFlags(settings: LaunchSettings, stateDir: string): string[] {
  const [folder, page] = [stateDir, PAGE_FOLDER].map((path) => path.replaceAll(",", ",,")); // one would begin another path
  return [
    "--no-prompt",
    "--no-remote", // --deny-import leaves the hosts that Deno trusts by itself
    `--allow-net=${netTargets(settings).join(",")}`,
    `--allow-read=${folder},${page}`,
    `--allow-write=${folder}`,
    `--allow-env=${[...DAEMON_VARIABLES, ...HOST_VARIABLES].join(",")}`,
    `--allow-run=${Deno.execPath().replaceAll(",", ",,")}`, // for the children that its tools run in
  ];
}

function netTargets(settings: LaunchSettings): string[] {
  const { host, ports } = settings;
  const twin = twinOf(host);
  const own = [
    ...ports.map((port) => authority(host, port)),
    // Any free port is one that the twin could not have as well.
    ...ports.filter((port) => twin !== null && port !== 0).map((port) => authority(twin ?? host, port)),
  ];
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
