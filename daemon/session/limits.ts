/** Bounds of a session and of the turns in it, each with its reason. */

/** Turns that may wait in one session; a person types a few ahead, a runaway script is told to wait [S5]. */
export const MAX_QUEUED_TURNS = 64;
/** What a refused submit is told to wait: about the time of a short turn. */
export const QUEUE_RETRY_AFTER_MS = 2_000;
/** Turns that run at the same time across sessions; more only share one model server [S1]. */
export const MAX_RUNNING_TURNS = 64;
/** Sessions in the store: a bound on what a client that creates them in a loop can do. */
export const MAX_SESSIONS = 100_000;
/** Sessions whose folded state is held in memory; idle ones beyond it are read again from the log when asked for. */
export const MAX_LOADED_SESSIONS = 256;
/** How long a deleted session can be restored: a week covers a holiday, and what was to go is gone within days. */
export const RESTORE_GRACE_MS = 7 * 24 * 60 * 60 * 1_000;
/** When those whose time is over begin to be purged: a start is over by then. */
export const FIRST_PURGE_AFTER_MS = 10_000;
/** Between two looks for more: nobody waits for it. */
export const PURGE_EVERY_MS = 60 * 60 * 1_000;
/** Sessions purged at a time, each of which is files to delete and one synced commit: some hundred milliseconds. */
export const MAX_PURGED_AT_ONCE = 20;
/** Pause when there are more: others come first. */
export const PURGE_PAUSE_MS = 1_000;
/** Events and UTF-16 units of an imported log that are checked and stored at a time: about 3 ms. */
export const IMPORT_SLICE = { events: 100, length: 128 * 1024 } as const;
/**
 * Turns of an imported session, parts of one of its turns, and writers: far more than a session here gets, and few enough to
 * be copied whenever one is added.
 */
export const MAX_IMPORTED_ENTRIES = 20_000;
/**
 * Its requests for permission and its processes, which are kept by their ids: copying so many takes a third of a
 * millisecond, and twenty-five times that where there are ten times as many.
 */
export const MAX_IMPORTED_KEYS = 2_000;
/** Imports under way at a time, each of which holds the state of its session. */
export const MAX_IMPORTS = 4;
/** A log longer than this begins with a snapshot when a client asks for all of it [R2]. */
export const REPLAY_LIMIT_EVENTS = 2_000;
/** One page of a replay: large enough to be quick, small enough not to hold the loop for more than about a millisecond. */
export const REPLAY_PAGE = { maxEvents: 500, maxBytes: 512 * 1024 } as const;
/** Time between two tries to read a session again whose log could not be written. */
export const REVIVE_AFTER_MS = 1_000;

/**
 * Deltas that one turn may send at once in a second. Below it nothing is held back; above it deltas are joined, and the
 * machine is spared a commit and a frame for each.
 */
export const IMMEDIATE_DELTAS_PER_SECOND = 2_000;
/** Deltas sent at once after a pause, whatever the rate. */
export const IMMEDIATE_DELTAS_BURST = 64;
/** How long a delta above that rate is held to be joined with the next. */
export const COALESCE_MS = 4;
/** Text held back at the most, in UTF-16 units: one frame of comfortable size. */
export const COALESCE_LENGTH = 4_096;

/** Times that a refused request is sent again: a server that restarts is back, one that is gone is soon told. */
export const MAX_RETRIES = 3;
/** Before the first of them; doubled each time. */
export const RETRY_BASE_MS = 500;
/** A server that asks for more is not waited for: the person decides. */
export const MAX_RETRY_AFTER_MS = 30_000;
/** A model that has said nothing for so long gets a line that says so … */
export const PREFILL_NOTICE_MS = 2_000;
/** … and another each time that this has passed: the log keeps them all. */
export const PREFILL_INTERVAL_MS = 5_000;

/** Requests to the model in one turn, unless the turn has its own limit: far more than any task takes that goes well. */
export const MAX_STEPS = 100;
/** The same call that fails so often in a row ends the turn: the model is stuck. */
export const MAX_REPEATED_FAILURES = 3;
/** Tool calls in one answer of a model. */
export const MAX_CALLS_PER_STEP = 64;
/** Calls that read at the same time: enough to keep a disk busy, few enough to keep what they hold small. */
export const MAX_PARALLEL_CALLS = 8;
/** How long a request for permission waits for somebody, unless the settings say otherwise. */
export const PERMISSION_LIMIT_MS = 30 * 60 * 1_000;
/** Arguments of one call, in UTF-16 units: a file to write, and some more. */
export const MAX_ARGUMENTS_LENGTH = 2 * 1024 * 1024;

/** Milliseconds for which changes of who is attached are gathered: a reconnect is over by then and nobody hears of it. */
export const PRESENCE_DELAY_MS = 50;
/** The same for each follower: with many, each of whom is told, a session sends no more than about 1,000 such frames a second. */
export const PRESENCE_DELAY_MS_PER_FOLLOWER = 1;
