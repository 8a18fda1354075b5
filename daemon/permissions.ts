/** The Deno permissions in force, asked of the runtime from inside: what it grants, not what it was meant to grant. */
import { DAEMON_VARIABLES, HOST_VARIABLES, twinOf } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import type { DaemonSettings } from "./settings.ts";
import { ANTHROPIC_URL } from "./model/anthropic_account.ts";
import { LOOPBACK_PORTS } from "./model/selection.ts";
import { PAGE_FOLDER } from "./server/page_files.ts";

/** All of a kind is granted. */
const ALL = "*";

export function permissionsInForce(settings: DaemonSettings): Record<string, string[]> {
  const { stateDir } = settings;
  const deno = Deno.execPath();
  const page = fileURLToPath(PAGE_FOLDER);
  return {
    net: granted({ name: "net" }, netTargets(settings).map((host) => [host, { name: "net", host }])),
    read: granted({ name: "read" }, [stateDir, page].map((path) => [path, { name: "read", path }])),
    write: granted({ name: "write" }, [[stateDir, { name: "write", path: stateDir }]]),
    env: granted(
      { name: "env" },
      [...DAEMON_VARIABLES, ...HOST_VARIABLES].map((variable) => [variable, { name: "env", variable }]),
    ),
    run: granted({ name: "run" }, [[deno, { name: "run", command: deno }]]),
    sys: granted({ name: "sys" }, []),
    ffi: granted({ name: "ffi" }, []),
    import: granted({ name: "import" }, []),
  };
}

function granted(all: Deno.PermissionDescriptor, parts: [string, Deno.PermissionDescriptor][]): string[] {
  const isGranted = (descriptor: Deno.PermissionDescriptor) =>
    Deno.permissions.querySync(descriptor).state === "granted";
  if (isGranted(all)) return [ALL];
  return parts.filter(([, descriptor]) => isGranted(descriptor)).map(([name]) => name);
}

/** Where the daemon may want to go. */
function netTargets({ host, ports, modelServer, baseUrl, anthropic }: DaemonSettings): string[] {
  const own = ports.flatMap((port) => [host, twinOf(host)].flatMap((name) => name ? [authority(name, port)] : []));
  const probes = LOOPBACK_PORTS.map((port) => authority("127.0.0.1", port));
  const model = modelServer ? [authority(modelServer.host, modelServer.port)] : [];
  const urls = [...(baseUrl === null ? [] : [baseUrl]), anthropic.baseUrl ?? ANTHROPIC_URL];
  return [...new Set([...own, ...model, ...urls.map((url) => urlTarget(new URL(url))), ...probes])];
}

function urlTarget({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
}

function authority(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
