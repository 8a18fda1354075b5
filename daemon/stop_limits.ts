/** How long the end of a daemon may take, whoever's process it runs in. */

/** Longest time that a stop may take; whoever asked for it must not wait for ever. */
export const STOP_DEADLINE_MS = 10_000;
/** Longest time that a daemon with a bug may take to save what it has. */
export const CRASH_DEADLINE_MS = 2_000;
