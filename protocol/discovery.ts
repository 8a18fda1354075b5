/** The file by which clients on the same machine find the daemon: `state.json`, mode 0600, in the daemon's state folder. */
import * as z from "zod";

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
  /** Where a browser finds the page under a name that no other server is called by; left out when there is none. */
  pageOrigin: z.string().optional(),
});
export type StateFile = z.infer<typeof StateFile>;

/** Who holds the lock, as the file of the lock says it: true for as long as the lock is held, and no longer. */
export const LockHolder = z.object({
  /** `command`: one with `--no-daemon`, which nobody else can attach to. */
  kind: z.enum(["daemon", "command"]),
  pid: z.number().int().positive(),
  /** ISO 8601. */
  since: z.string(),
});
export type LockHolder = z.infer<typeof LockHolder>;

/** The variables that carry to the daemon what must not stand in argv, and the identity of the machine's boot. */
export const DAEMON_VARIABLES = ["OPTA_API_KEY", "OPTA_LMX_ADMIN_KEY", "ANTHROPIC_API_KEY", "OPTA_BOOT_ID"] as const;

/** The variables that the daemon hands to the children that its tools run in: where Deno's cache is, and who the user is. */
export const HOST_VARIABLES = [
  "HOME",
  "PATH",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "TMPDIR",
  "TZ",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  ...(["LC_ALL", "LC_COLLATE", "LC_CTYPE", "LC_MESSAGES", "LC_MONETARY", "LC_NUMERIC", "LC_TIME"] as const),
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  // Windows
  "USERPROFILE",
  "LOCALAPPDATA",
  "SystemRoot",
  "TEMP",
] as const;

/** The address that a daemon tries first, and the ports it takes when that one is held by something else. */
export const DEFAULT_HOST = "127.0.0.1";
export const DEFAULT_PORT = 9999;
export const FALLBACK_PORTS: readonly number[] = Array.from({ length: 21 }, (_, i) => 10_000 + i);

/** What is wrong when all the ports that may be listened on are taken, and how to see by whom. */
export function describeHeldPorts(host: string, ports: readonly number[]): string {
  const [first, second, ...more] = ports;
  const whose = second === undefined
    ? `Port ${first} of ${host} is held by another program`
    : `The ports ${first}${more.length === 0 ? " and" : ","} ${second}${
      more.length === 0 ? "" : ` … ${more.at(-1)}`
    } of ${host} are held by other programs`;
  return `${whose}. See who with: ss -ltnp (macOS: lsof -iTCP -sTCP:LISTEN)`;
}

/**
 * The other loopback address of this machine, which the daemon listens on as well: a browser that is given a name of
 * `.localhost` may try either, and whoever sat on the other one would be taken for the daemon. `null` for a host of which
 * it is not known which of the two it is.
 */
export function twinOf(host: string): string | null {
  return { "127.0.0.1": "::1", "::1": "127.0.0.1" }[host] ?? null;
}

/** Exit code of a daemon that found another one running (EX_TEMPFAIL). */
export const ALREADY_RUNNING_EXIT_CODE = 75;

/** In the daemon's state folder: the permission rules of the config, by `tool` or `tool: pattern`. The command line writes it. */
export const RULES_FILE = "rules.json";
export const RulesFile = z.record(z.string(), z.enum(["allow", "ask", "deny"]));
export type RulesFile = z.infer<typeof RulesFile>;
