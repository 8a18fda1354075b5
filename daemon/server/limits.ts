/** Bounds of the server, each with its reason. The ones that clients must know are in the protocol's `limits.ts`. */

/**
 * Open WebSockets and event streams: some ten for each of a crowd of clients, far below the usual 1,024 descriptors. A
 * socket that was closed counts until its peer has answered or is gone: till then the platform holds what was not read.
 */
export const MAX_CONNECTIONS = 512;
/** Sessions followed over one connection: more than a person can look at. */
export const MAX_SUBSCRIPTIONS_PER_CONNECTION = 64;
/** Sessions followed over all connections; each costs a cursor and a timer. */
export const MAX_SUBSCRIPTIONS = 4_096;
/**
 * Bytes that may wait in a WebSocket before reading from the log pauses: well below the 1 MiB of R5, so that a hundred
 * stalled readers hold no more than 25 MiB. A live reader never sees it: the kernel's buffers, some 4 MB, come first.
 */
export const PAUSE_ABOVE_BYTES = 256 * 1024;
/** UTF-16 units of a line above which it must wait for a place: only a snapshot or an imported conversation is as long. */
export const LARGE_LINE_LENGTH = 1024 * 1024;
/**
 * Large lines on their way to all WebSockets together: each is held whole, up to some 8 MiB, while a stalled reader
 * leaves it there. A reader that reads gives its place back within milliseconds, so that few are enough for a crowd.
 */
export const MAX_LARGE_LINES = 4;
/**
 * UTF-16 units of an event stream that are sent at a time: a stalled stream holds one such piece, and a reader that gets
 * on at all takes one within the stall limit.
 */
export const SSE_CHUNK_LENGTH = 64 * 1024;
/** How long a paused socket or stream may stand still before it is let go [R5]. */
export const STALL_LIMIT_MS = 10_000;
/** Turns of the event loop without progress after which a full socket counts as standing still; each takes microseconds. */
export const TURNS_BEFORE_TIMER = 32;
/** How often a paused socket is looked at: a blink, and nothing at all while none is paused. */
export const DRAIN_POLL_MS = 20;
/** Seconds without a sign of life after which a WebSocket counts as dead; pings go out at half of it. */
export const IDLE_TIMEOUT_S = 30;
/** Acts of one connection that may be under way at a time: far more than a person, a bound on a script gone wild. */
export const MAX_ACTS_UNDER_WAY = 256;
/** Frames that make no sense, after which a connection is closed: the peer speaks something else. */
export const MAX_BAD_FRAMES = 20;
/** Lines of a replay after which other work gets a turn: about a millisecond of sending. */
export const YIELD_AFTER_LINES = 100;

/** Time to send a request's body: generous for loopback, short for somebody who holds connections open. */
export const BODY_TIMEOUT_MS = 30_000;
/** Largest body of a request without credentials, in bytes: a ticket is far smaller. */
export const MAX_ANONYMOUS_BODY_BYTES = 4 * 1024;
/** Wrong credentials in a window before further ones are told to wait; right ones are always taken. */
export const MAX_FAILED_ATTEMPTS = 20;
export const FAILED_ATTEMPTS_WINDOW_MS = 60_000;
/** A ticket goes from the command line to a page at once. */
export const TICKET_LIFETIME_MS = 30_000;
/** Tickets that wait to be redeemed; the oldest makes room. */
export const MAX_OPEN_TICKETS = 32;
/** Browsers that are signed in; the oldest makes room. */
export const MAX_BROWSER_SESSIONS = 64;

/** Time to find the model server for whoever asks about its models: the server's own limit to connect, with some room. */
export const FIND_SERVER_LIMIT_MS = 10_000;

/** Bytes of one page of history over HTTP; a client asks for the next page. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Time that clients get to answer a close, before the server ends without them. */
export const CLOSE_GRACE_MS = 500;

/** First pause before listening again after accepting failed; it doubles each time. Clients retry within seconds. */
export const MIN_LISTEN_PAUSE_MS = 100;
/** Longest such pause: soon enough once descriptors are free again. */
export const MAX_LISTEN_PAUSE_MS = 10_000;
/** Failures in a row after which listening is given up: about four minutes in which nobody could connect. */
export const MAX_LISTEN_FAILURES = 30;
/** Listening for so long makes the next failure a first one. */
export const LISTEN_STEADY_MS = 60_000;

/** Requests of scripts of earlier releases that wait for their answer: more turns than that do not run at a time anyway. */
export const MAX_LEGACY_CHATS = 64;
/** Requests of OpenAI clients under way at a time: model servers answer a few at once, and the rest would only wait. */
export const MAX_COMPLETIONS = 32;
/** Longest time for one of them, as for a turn. */
export const COMPLETION_LIMIT_MS = 30 * 60_000;
