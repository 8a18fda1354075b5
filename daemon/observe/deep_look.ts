/** What a full status has to look for first. Whoever asks while a look is under way gets the result of that one. */
import { type DiskSizes, HOST_VARIABLES, type SandboxReport } from "@opta/protocol";
import { probeSandbox } from "../tools/run/probe_sandbox.ts";
import { readDiskSizes } from "./disk_sizes.ts";

export interface DeepLook {
  sizes: DiskSizes;
  sandbox: SandboxReport;
}

export function deepLook(stateDir: string): () => Promise<DeepLook> {
  let underWay: Promise<DeepLook> | null = null;
  const look = async (): Promise<DeepLook> => {
    const env = Object.fromEntries(HOST_VARIABLES.map((name) => [name, Deno.env.get(name)]));
    const [sizes, sandbox] = await Promise.all([readDiskSizes(stateDir), probeSandbox(stateDir, env)]);
    return { sizes, sandbox };
  };
  return () => underWay ??= look().finally(() => underWay = null);
}
