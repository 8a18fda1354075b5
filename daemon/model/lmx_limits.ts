/** The limits of the sockets to an LMX server, each with its reason. Times come in as a parameter, so that tests have their own. */

export interface LmxTimes {
  /**
   * How long a first frame may keep other requests from a socket until a spare one is opened for them: less than a person
   * notices, and more than the 40 ms for which TCP may hold a small message back (Nagle's algorithm is on in Deno).
   */
  firstFrameMs: number;
  /** The shared socket is kept for the next turn, and closed well before the server would do it (300 s). */
  idleMs: number;
  /** A spare one is kept for those that came at the same moment. */
  spareIdleMs: number;
  /** The server closes a socket on which it has received nothing for 300 s, even while it answers. */
  keepAliveMs: number;
}

export const LMX_TIMES: LmxTimes = { firstFrameMs: 50, idleMs: 60_000, spareIdleMs: 2_000, keepAliveMs: 120_000 };

/** More prefills at once than this wait for each other in any model server for one machine. */
export const MAX_SOCKETS = 16;
/** Answers on one socket: it is one stream of bytes, and one thread reads it. */
export const MAX_REQUESTS_PER_SOCKET = 64;
/** Ids of cancelled requests kept in mind; a socket that has so many is replaced. */
export const MAX_CANCELLED_IDS = 256;
/** Frames read and not yet taken: the reader takes them at once, unless the process is stuck, and then memory is at stake. */
export const MAX_WAITING_FRAMES = 65_536;
/**
 * Characters of a prompt whose prefill takes so long (some 16,000 tokens: tens of seconds on a small machine) that it is
 * likely to be cancelled meanwhile, and then its socket must be closed: it had better be nobody else's.
 */
export const LONG_PROMPT_LENGTH = 64_000;
