/** What the routes need of the daemon around them. */
import type { DaemonStatus, DiskSizes, SandboxReport } from "@opta/protocol";
import type { Counters } from "../observe/counters.ts";
import type { LagMeter } from "../observe/lag.ts";
import type { ModelCounters } from "../observe/model_counters.ts";
import type { ModelSelection } from "../model/selection.ts";
import type { FollowSource } from "../session/follow.ts";
import type { Report } from "../session/report.ts";
import type { Sessions } from "../session/sessions.ts";
import type { Slots } from "../session/slots.ts";
import type { Store } from "../store/store.ts";
import type { ChangeSource } from "../tools/files/checkpoints/change_source.ts";
import type { BackgroundSource } from "../tools/run/background_source.ts";
import type { Connections } from "./connections.ts";
import type { Credentials } from "./credentials.ts";
import type { Guard } from "./guard.ts";
import type { PageFiles } from "./page_files.ts";
import type { Tickets } from "./tickets.ts";

/** The daemon behind the server. */
export interface DaemonParts {
  daemonId: string;
  startedAt: Date;
  store: Store;
  sessions: Sessions;
  counters: Counters;
  modelCounters: ModelCounters;
  lag: LagMeter;
  report: Report;
  background: BackgroundSource;
  changes: ChangeSource;
  /** The model that a turn would get now. */
  describeModel(): Promise<DaemonStatus["model"]>;
  /** The server that turns use, for what is done with it beside turns. */
  modelServer: Pick<ModelSelection, "choose" | "findServer" | "listModels" | "forgetServers">;
  /** Of the configured server, if that is an LMX. */
  adminKey: string | null;
  /** Deno permissions in force, each with what it is limited to. */
  permissions(): Record<string, string[]>;
  /** What is kept on the disk, and what holds commands back: both take some time to find out. */
  readSizes(): Promise<DiskSizes>;
  probeSandbox(): Promise<SandboxReport>;
}

/** What scripts of earlier releases may do without having heard of tokens. */
export interface LegacyDoor {
  /** `POST /v1/chat` needs no token: whoever reaches this port may ask. */
  isOpen: boolean;
  /** The folder that the turns of new sessions see; `null` for none. */
  cwd: string | null;
}

export interface ServerContext extends DaemonParts {
  /** What `follow()` reads from. */
  source: FollowSource;
  connections: Connections;
  guard: Guard;
  credentials: Credentials;
  tickets: Tickets;
  pageFiles: PageFiles;
  /** The port that is listened on. */
  port: number;
  legacy: LegacyDoor;
  stallLimitMs: number;
  /** Places for large lines on their way to a WebSocket, for all connections together. */
  largeLines: Slots;
}
