/** Bounds that both sides know. A client that keeps them is never refused for size. */

/** Largest HTTP body in bytes: room for a long imported conversation. */
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Largest WebSocket frame from a client in bytes: a turn's content, all of it escaped, and its envelope. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;
/** Longest content of a turn in UTF-16 units: more than any local model's window. */
export const MAX_CONTENT_LENGTH = 512 * 1024;
/** Longest answer to a question of a tool in UTF-16 units: something written by a person, or a few pages pasted. */
export const MAX_ANSWER_LENGTH = 16 * 1024;
/** Deepest nesting of a JSON body or frame: far more than any shape here, far less than a stack. */
export const MAX_JSON_DEPTH = 32;
/** Most values in a JSON body or frame: an imported conversation of 10,000 messages has 30,000. */
export const MAX_JSON_VALUES = 100_000;
/** Keys of the metadata of a session or turn: labels for a client's own use, not a store. */
export const MAX_METADATA_KEYS = 100;
/** Length of such metadata as JSON, in UTF-16 units: it is in every snapshot. */
export const MAX_METADATA_LENGTH = 64 * 1024;
/**
 * Largest log that one import takes, in bytes: a session of several thousand turns. The state that is folded from it is held
 * in memory, as that of any session. A line is no longer than a body, as in a log that a daemon has written.
 */
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
/** Most events of such a log: as many as fit it when most are single tokens. */
export const MAX_IMPORT_EVENTS = 250_000;
/** Most events in one page of history. */
export const MAX_PAGE_EVENTS = 1_000;
/** Names of files in one `session.undone`: as many as anybody reads. */
export const MAX_UNDONE_FILES = 100;
/** Undos that a session's state holds: earlier ones are far away in the conversation. */
export const MAX_UNDONE = 100;
/** Clients that a `presence` frame lists: more than anybody reads; the others are counted. */
export const MAX_LISTED_CLIENTS = 100;
/** Milliseconds between two heartbeats of a subscription [R4]. */
export const HEARTBEAT_INTERVAL_MS = 15_000;
/** Milliseconds without any frame after which a client subscribes again [R4]. */
export const SILENCE_LIMIT_MS = 40_000;
/** Close code of a WebSocket whose reader made no progress [R5]. */
export const SLOW_CONSUMER_CODE = 4008;

/** Longest command line in UTF-16 units; the kernel takes 128 KiB in one argument. */
export const MAX_COMMAND_LENGTH = 30_000;
