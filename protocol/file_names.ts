/** The names of the files by which the command line and the daemon know of each other; without anything to load. */

/** Names inside the daemon's state folder. */
export const stateFiles = {
  state: "state.json",
  /** Held exclusively by who writes the sessions, for as long as it lives; says who that is. */
  lock: "daemon.lock",
  database: "sessions.db",
  log: "daemon.log",
  /** The name under which browsers call the daemon. */
  pageName: "page_name",
} as const;

/** The MCP servers of a user: in Opta's own folder, and as a copy in the daemon's. */
export const MCP_FILE = "mcp.json";
