/** The file by which clients on the same machine find the daemon: `state.json`, mode 0600, in the daemon's state folder. */
import { z } from "zod";

/** What a running daemon says of itself. Written atomically once it listens, removed when it stops. */
export const StateFile = z.object({
  pid: z.number().int().positive(),
  daemonId: z.string(),
  host: z.string(),
  port: z.number().int().min(1).max(65535),
  /** 256 bits, base64url; new at each start. */
  token: z.string().min(32),
  /** ISO 8601. */
  startedAt: z.string(),
  logsPath: z.string(),
  version: z.string(),
});
export type StateFile = z.infer<typeof StateFile>;

/** Names inside the daemon's state folder. */
export const stateFiles = {
  state: "state.json",
  /** Held exclusively by the running daemon, for as long as it lives. */
  lock: "daemon.lock",
  database: "sessions.db",
  log: "daemon.log",
} as const;

/** The address that a daemon tries first, and the ports it takes when that one is held by something else. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 9999;
export const FALLBACK_PORTS: readonly number[] = Array.from({ length: 21 }, (_, i) => 10_000 + i);

/** Exit code of a daemon that found another one running (EX_TEMPFAIL). */
export const ALREADY_RUNNING_EXIT_CODE = 75;
