/** Bounds of what MCP servers may take, each with its reason. */

/** From the start of a server to its list of tools. `npx` may have to download it first. */
export const CONNECT_LIMIT_MS = 60_000;
/** How long a turn waits for servers that are starting; what comes later is there for the next turn. */
export const TURN_WAIT_MS = 10_000;
/** A server that failed is not tried again for so long: each try would hold up a turn. */
export const RETRY_AFTER_MS = 60_000;
/** One call of a tool. */
export const CALL_LIMIT_MS = 10 * 60_000;
/** Nobody has asked for the server for so long: it is ended, and started anew when somebody does. */
export const IDLE_CLOSE_MS = 10 * 60_000;
/** Tools of one server: the model reads the list on every request. */
export const MAX_TOOLS = 128;
/** Pages of a server's list; one that never ends is left. */
export const MAX_PAGES = 20;
/** What a server says of one tool, in UTF-16 units. */
export const MAX_DESCRIPTION_LENGTH = 2_000;
/** A JSON Schema of arguments that is longer is left out, and the server says what is wrong with a call. */
export const MAX_SCHEMA_LENGTH = 16 * 1024;
/** Result of one call in UTF-16 units: room for a last word below `MAX_RESULT_LENGTH`. */
export const MAX_RESULT_TEXT_LENGTH = 60 * 1024;
/** How much of what a server writes to standard error is kept, in UTF-16 units. */
export const MAX_STDERR_LENGTH = 4 * 1024;
/** Why a server cannot be used, in UTF-16 units: it may be a page of HTML. */
export const MAX_REASON_LENGTH = 1_000;
/** How long a server may take to end after its input has, and again after SIGTERM. */
export const END_GRACE_MS = 400;
/** Longest name of a tool that model servers take. */
export const MAX_TOOL_NAME_LENGTH = 64;
