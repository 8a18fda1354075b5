/** The service of Opta's folder that is installed on this machine, for whoever starts and stops the daemon. */
import type { Env, Paths } from "../paths.ts";
import { supervisorOf, type SupervisorOptions } from "./choose_supervisor.ts";
import { askProgram, runProgram } from "./run_program.ts";
import { MARKER } from "./service_facts.ts";
import type { ServiceState, Supervisor } from "./supervisor.ts";

/** Whose description a supervisor has under the name of Opta's service. */
export type ServiceOwner = "nobody" | "this folder" | "another folder" | "somebody else";

/** @param text the description; `null` when there is none */
export function ownerOf(supervisor: Supervisor, text: string | null, home: string): ServiceOwner {
  if (text === null) return "nobody";
  const plain = withPlainQuotes(text);
  if (plain.includes(withPlainQuotes(supervisor.headOf(home)))) return "this folder";
  return plain.includes(MARKER) ? "another folder" : "somebody else";
}

/** XML that a supervisor gives back may have quotes in either way. */
function withPlainQuotes(text: string): string {
  return text.replaceAll("&quot;", '"');
}

/** `null` when the daemon of this folder is nobody's but its user's; also where that cannot be told. */
export async function installedService(
  paths: Paths,
  env: Env,
  options: Partial<SupervisorOptions> = {},
): Promise<Supervisor | null> {
  try {
    const supervisor = supervisorOf({ env, run: runProgram, ...options });
    return ownerOf(supervisor, await supervisor.read(), paths.home) === "this folder" ? supervisor : null;
  } catch {
    return null; // no supervisor that Opta knows, or a file that is not its own: started and stopped by hand
  }
}

/** What a person or a report may be told of the service. */
export interface ServiceReport {
  installed: boolean;
  supervisor: string | null;
  place: string | null;
  state: ServiceState | null;
  /** How to see why it does not run. */
  inspect: string | null;
}

/** Changes nothing, and never rejects. */
export async function reportService(
  paths: Paths,
  env: Env,
  options: Partial<SupervisorOptions> = {},
): Promise<ServiceReport> {
  const service = await installedService(paths, env, { run: askProgram, ...options });
  if (!service) return { installed: false, supervisor: null, place: null, state: null, inspect: null };
  const { name: supervisor, place, inspect } = service;
  const state = await service.state().catch((): ServiceState => "unknown"); // its program cannot be run
  return { installed: true, supervisor, place, state, inspect };
}

const states: Readonly<Record<ServiceState, string>> = {
  active: "runs",
  idle: "does not run now",
  failed: "has failed",
  unknown: "cannot be asked from here",
};

export function describeService({ supervisor, place, state, inspect }: ServiceReport): string {
  if (state === null) return "not installed";
  const why = state === "failed" ? `; see why with "${inspect}"` : "";
  return `that of ${supervisor} ${states[state]} (${place})${why}`;
}
