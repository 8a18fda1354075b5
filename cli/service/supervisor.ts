/**
 * What starts the daemon at login and again after a crash: systemd, launchd or the Windows Task Scheduler. This file says
 * what each of them must be able to do.
 */
import type { ServiceFacts } from "./service_facts.ts";

/** `unknown`: it cannot be asked, as without a session of the user. */
export type ServiceState = "active" | "idle" | "failed" | "unknown";

export interface Supervisor {
  name: string;
  /** Where its description of the service is, for people. */
  place: string;
  /** @throws {CliError} when a path or value cannot be written down for it */
  compose(facts: ServiceFacts): string;
  /** By what the description of the service of this folder is known. */
  headOf(home: string): string;
  /** The description that it has; `null` when there is none. */
  read(): Promise<string | null>;
  write(text: string): Promise<void>;
  /** From now on it starts at login. @throws {SupervisorError} */
  enable(): Promise<void>;
  /** Starts it as it is described now, after a stop if it runs. @throws {SupervisorError} */
  restart(): Promise<void>;
  /** Until the next login or start. @throws {SupervisorError} */
  stop(): Promise<void>;
  state(): Promise<ServiceState>;
  /** Stops it and forgets it, as far as the supervisor can be reached; the description goes in any case. @throws {SupervisorError} */
  remove(): Promise<void>;
  /** How to see why it does not run. */
  inspect: string;
  /** What a user should know who has it now. */
  remark: string;
}
