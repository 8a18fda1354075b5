/**
 * The HTTP server: lets nobody past the guard who should not be there, finds the route in the protocol's table, and
 * turns every error into an answer in one place.
 *
 *     request ─► guard (Host, Origin) ─► preflight? ─► route ─► credentials ─► query and body ─► handler ─► headers
 *                    └────────────────────────────────────┴──────────┴───────────────┴─────────────┴─► error ─┘
 */
import { type ErrorDialect, OptaError, type Route, type RouteName, routes } from "@opta/protocol";
import { Connections } from "./connections.ts";
import type { DaemonParts, LegacyDoor, ServerContext } from "./context.ts";
import { cookieName, Credentials } from "./credentials.ts";
import { dialectAt } from "./error_dialect.ts";
import { type Asked, errorResponse, publicError } from "./error_response.ts";
import { Guard, type Source } from "./guard.ts";
import type { Handler, Handlers } from "./handlers.ts";
import { CLOSE_GRACE_MS, MAX_LARGE_LINES, STALL_LIMIT_MS } from "./limits.ts";
import { listen } from "./listen.ts";
import { Listener } from "./listener.ts";
import { matchRoute } from "./match_route.ts";
import { listenOnTwin } from "./listen_on_twin.ts";
import { PageFiles } from "./page_files.ts";
import { parseRequest } from "./parse_request.ts";
import { addHeaders, preflightResponse } from "./response_headers.ts";
import { accessRoutes } from "./routes_access.ts";
import { backgroundRoutes } from "./routes_background.ts";
import { changeRoutes } from "./routes_changes.ts";
import { followRoutes } from "./routes_follow.ts";
import { legacyRoutes } from "./routes_legacy.ts";
import { lmxRoutes } from "./routes_lmx.ts";
import { observeRoutes } from "./routes_observe.ts";
import { pageRoutes } from "./routes_page.ts";
import { openaiRoutes } from "./routes_openai.ts";
import { sessionRoutes } from "./routes_sessions.ts";
import { turnRoutes } from "./routes_turns.ts";
import { usageRoutes } from "./routes_usage.ts";
import { Presence } from "../session/presence.ts";
import { Slots } from "../session/slots.ts";
import { Tickets } from "./tickets.ts";

/** Scripts of earlier releases need the token like everybody else, and their turns get no folder. */
const CLOSED: LegacyDoor = { isOpen: false, cwd: null };

export interface ServerOptions {
  host: string;
  /** Tried in this order; 0 is any free one. */
  ports: readonly number[];
  token: string;
  /** Foreign origins whose pages may use the daemon. */
  allowedOrigins: readonly string[];
  /** None unless given. */
  legacy?: LegacyDoor;
  stallLimitMs?: number;
  /** By which browsers are to call the daemon; `null` when there is none. */
  pageName?: string | null;
  /** Of the web client, unless a test brings its own. */
  pageFiles?: PageFiles;
  /** Milliseconds of the clock by which tickets grow old. */
  now?: () => number;
}

export class Server {
  readonly host: string;
  readonly port: number;
  /** Of the page under its own name; `null` when that name is not safe to use. */
  readonly pageOrigin: string | null;
  readonly #context: ServerContext;
  readonly #handlers: Handlers;
  /** On the address that was asked for, and on its twin of the other family. */
  readonly #listeners: readonly Listener[];

  /** Listens at once. @throws {NoFreePortError} */
  constructor(
    parts: DaemonParts,
    options: ServerOptions,
  ) {
    const { host, ports, token, allowedOrigins, legacy = CLOSED, stallLimitMs = STALL_LIMIT_MS } = options;
    const { pageName = null, pageFiles, now } = options;
    const answer: Deno.ServeHandler<Deno.NetAddr> = (request, { completed }) => this.#answer(request, completed);
    const listener = new Listener((ports, cut) => listen(host, ports, answer, cut), ports, parts.report);
    this.host = host;
    const port = this.port = listener.port;
    const twin = pageName === null ? null : listenOnTwin(host, port, answer, parts.report);
    this.#listeners = twin?.listener ? [listener, twin.listener] : [listener];
    this.pageOrigin = twin === null ? null : `http://${pageName}:${port}`;
    const { store, daemonId, sessions } = parts;
    this.#context = {
      ...parts,
      source: {
        store,
        daemonId,
        snapshot: (sessionId) => sessions.snapshot(sessionId),
        presence: new Presence(),
      },
      connections: new Connections(),
      guard: new Guard(port, allowedOrigins, twin === null ? null : pageName),
      credentials: new Credentials(token, cookieName(port)),
      tickets: new Tickets(now),
      pageFiles: pageFiles ?? new PageFiles(),
      port,
      legacy,
      stallLimitMs,
      largeLines: new Slots(MAX_LARGE_LINES),
    };
    this.#handlers = {
      ...observeRoutes(this.#context),
      ...sessionRoutes(this.#context),
      ...turnRoutes(this.#context),
      ...backgroundRoutes(this.#context),
      ...changeRoutes(this.#context),
      ...usageRoutes(this.#context),
      ...lmxRoutes(this.#context),
      ...legacyRoutes(this.#context),
      ...openaiRoutes(this.#context),
      ...accessRoutes(this.#context),
      ...pageRoutes(this.#context),
      ...followRoutes(this.#context),
    };
  }

  /** Resolves when it can no longer listen, and never otherwise. */
  get lost(): Promise<void> {
    return Promise.race(this.#listeners.map(({ lost }) => lost));
  }

  /** Admits no more subscribers; everything else goes on, so that clients see how running turns end. */
  beginStop(): void {
    this.#context.connections.stop();
  }

  /** Says goodbye to the subscribers, lets requests end, and closes. */
  async stop(): Promise<void> {
    await within(CLOSE_GRACE_MS, this.#context.connections.closeAll()); // an open event stream would hold up shutdown
    const ends = this.#listeners.map(async (listener) => {
      if (!await within(CLOSE_GRACE_MS, listener.shutdown())) listener.abort();
    });
    await Promise.all(ends);
  }

  /** Never rejects. */
  async #answer(request: Request, completed: Promise<void>): Promise<Response> {
    const { counters, report } = this.#context;
    let source: Source = { origin: null, foreign: null };
    let response: Response;
    let dialect: ErrorDialect = "v3";
    counters.requests++;
    completed.catch(() => {}); // a client that leaves early is no failure of ours
    try {
      const url = urlOf(request);
      dialect = dialectAt(url.pathname);
      source = this.#context.guard.admit(request.headers, url);
      response = isPreflight(request) ? preflightResponse() : await this.#route(request, url, source, completed);
    } catch (error) {
      if (request.signal.aborted && error === request.signal.reason) return new Response(null, { status: 499 }); // unread
      counters.failedRequests++;
      response = errorResponse(publicError(error, report, askedBy(request)), dialect);
    }
    return addHeaders(response, source.foreign);
  }

  async #route(raw: Request, url: URL, source: Source, completed: Promise<void>): Promise<Response> {
    const match = matchRoute(raw.method, url.pathname);
    const route: Route = routes[match.name];
    const isOpen = route.auth === "none" ||
      (match.name === "legacyChat" && this.#context.legacy.isOpen && !isOfPage(raw.headers));
    if (!isOpen) this.#context.credentials.check(raw.headers, raw.method, source);
    const request = await parseRequest(match, { raw, url, source, completed });
    // The request was parsed by the schemas of this very route; the compiler cannot follow that through a variable.
    const handle = this.#handlers[match.name] as Handler<RouteName>;
    const answer = await handle(request);
    return answer instanceof Response ? answer : Response.json(answer, { status: route.status });
  }
}

/** A Host header that makes no URL is none of ours. */
function urlOf(request: Request): URL {
  const url = URL.parse(request.url);
  if (!url) throw new OptaError("forbidden_host", "The request's Host is no host.");
  return url;
}

function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

/** Browsers say so of every POST, the one way or the other. Pages, also allowed ones, come in at /v3, with a ticket. */
function isOfPage(headers: Headers): boolean {
  return headers.has("origin") || headers.has("sec-fetch-site");
}

/** Waits for `work`, but no longer than this; says whether it was done in time. */
async function within(ms: number, work: Promise<void>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The session stands in the path of every route that has one. */
function askedBy({ method, url }: Request): Asked {
  const sessionId = /^\/v3\/sessions\/([^/?#]+)/.exec(URL.canParse(url) ? new URL(url).pathname : "")?.[1];
  return { where: method, ...(sessionId !== undefined && { sessionId }) };
}
