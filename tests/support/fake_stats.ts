/** What a fake model server has seen and done, and waiting for it to change. Times are those of the shared clock. */
import { sharedNowMs } from "./shared_clock.ts";

/** How the answer to a request ended. The last three are how a client lets go of it. */
export type EndOfRun =
  | "finished"
  | "failed"
  | "dropped"
  | "cancel_frame"
  | "socket_closed"
  | "http_abort";

export interface SeenRequest {
  /** From 1, in the order of coming. */
  number: number;
  transport: "sse" | "json" | "ws";
  requestId: string;
  model: string;
  body: unknown;
  authorization: string | null;
  seenAtMs: number;
  firstSentAtMs: number | null;
  /** Pieces of the answer that have been sent. */
  sent: number;
  /** It waits for a step, or has stalled. */
  held: boolean;
  /** `null` while the answer is under way. `atMs` of a client that let go is when that was noticed. */
  end: { how: EndOfRun; atMs: number } | null;
}

export interface Stats {
  /** Grows with every change that can be waited for: all but `sent` of an answer that is not stepped. */
  version: number;
  /** The latest, at most `MAX_REQUESTS`. */
  requests: SeenRequest[];
  /** All there ever were. */
  requestCount: number;
  active: number;
  ended: Record<EndOfRun, number>;
  sockets: { opened: number; open: number; mostOpen: number };
  /** Sockets that were asked for and not given, because of `refuseSocket`. */
  socketsRefused: number;
  /** Times that the list of models was asked for. */
  modelLists: number;
}

/** Requests kept in the statistics; a benchmark makes thousands. */
const MAX_REQUESTS = 10_000;

export class StatsBook {
  readonly #stats: Stats = {
    version: 0,
    requests: [],
    requestCount: 0,
    active: 0,
    ended: { finished: 0, failed: 0, dropped: 0, cancel_frame: 0, socket_closed: 0, http_abort: 0 },
    sockets: { opened: 0, open: 0, mostOpen: 0 },
    socketsRefused: 0,
    modelLists: 0,
  };
  #change = Promise.withResolvers<void>();

  /** Notes a request; the caller keeps `sent` and `firstSentAtMs` true. */
  begin(seen: Pick<SeenRequest, "transport" | "requestId" | "model" | "body" | "authorization">): SeenRequest {
    const request: SeenRequest = {
      ...seen,
      number: ++this.#stats.requestCount,
      seenAtMs: sharedNowMs(),
      firstSentAtMs: null,
      sent: 0,
      held: false,
      end: null,
    };
    this.#stats.requests.push(request);
    if (this.#stats.requests.length > MAX_REQUESTS) this.#stats.requests.shift();
    this.#stats.active++;
    this.changed();
    return request;
  }

  /** Only the first end of a request counts. */
  end(request: SeenRequest, how: EndOfRun): void {
    if (request.end) return;
    request.end = { how, atMs: sharedNowMs() };
    request.held = false;
    this.#stats.active--;
    this.#stats.ended[how]++;
    this.changed();
  }

  hold(request: SeenRequest, held: boolean): void {
    if (request.held === held) return;
    request.held = held;
    this.changed();
  }

  socketOpened(): void {
    const { sockets } = this.#stats;
    sockets.opened++;
    sockets.open++;
    sockets.mostOpen = Math.max(sockets.mostOpen, sockets.open);
    this.changed();
  }

  socketClosed(): void {
    this.#stats.sockets.open--;
    this.changed();
  }

  socketRefused(): void {
    this.#stats.socketsRefused++;
    this.changed();
  }

  modelsListed(): void {
    this.#stats.modelLists++;
    this.changed();
  }

  /** Wakes everybody who waits. */
  changed(): void {
    this.#stats.version++;
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** The statistics as soon as they are newer than `version`. */
  async newerThan(version: number): Promise<Stats> {
    while (this.#stats.version <= version) await this.#change.promise;
    return this.#stats;
  }
}
