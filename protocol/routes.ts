/**
 * The route table: method, path, who may call, and the schemas of query, body and answer. The server dispatches from
 * it, the client's calls are typed by it, and the OpenAPI document is generated from it [H1].
 */
import type { z } from "zod";
import * as background from "./background.ts";
import * as changes from "./changes.ts";
import * as http from "./http.ts";
import * as legacy from "./legacy.ts";
import * as lmx from "./lmx.ts";
import * as openai from "./openai.ts";
import * as usage from "./usage.ts";

/** `none`: no credentials (Host and Origin rules still hold). `token`: bearer token or the browser's cookie. */
export type RouteAuth = "none" | "token";

/**
 * How a route words its errors: as H2 has it; as `{error: string}`, which earlier releases spoke; or as OpenAI's API does.
 */
export type ErrorDialect = "v3" | "legacy" | "openai";

/** One route. `response` is a schema of the JSON answer, or the media type of an answer that is not JSON. */
export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Segments that begin with `:` are parameters. */
  path: string;
  auth: RouteAuth;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  response: z.ZodType | string;
  /** Status of success; 200 unless said. */
  status?: number;
  /** HEAD is answered as well. */
  head?: true;
  /** `v3` unless said. */
  errors?: ErrorDialect;
}

/** Every route of the daemon, by the name of its operation. */
export const routes = {
  page: {
    method: "GET",
    path: "/",
    auth: "none",
    summary: "The web client; what it shows comes over the other routes",
    response: "text/html",
    head: true,
  },
  pageAsset: {
    method: "GET",
    path: "/assets/:name",
    auth: "none",
    summary: "A script, style or picture of the web client; its name changes with its content",
    response: "*/*",
    head: true,
  },
  health: {
    method: "GET",
    path: "/v3/health",
    auth: "none",
    summary: "Is the daemon alive, and which contract does it speak?",
    response: http.Health,
  },
  metrics: {
    method: "GET",
    path: "/v3/metrics",
    auth: "token",
    summary: "Counters of the running daemon as JSON",
    response: http.Metrics,
  },
  prometheus: {
    method: "GET",
    path: "/metrics",
    auth: "token",
    summary: "The same counters for Prometheus",
    response: "text/plain; version=0.0.4",
  },
  status: {
    method: "GET",
    path: "/v3/status",
    auth: "token",
    summary: "Permissions in force, the model that a turn would get, storage",
    response: http.DaemonStatus,
  },
  listSessions: {
    method: "GET",
    path: "/v3/sessions",
    auth: "token",
    summary: "Sessions, latest first",
    query: http.ListSessionsQuery,
    response: http.SessionList,
  },
  createSession: {
    method: "POST",
    path: "/v3/sessions",
    auth: "token",
    summary: "Create a session; 200 instead of 201 when the given id exists",
    body: http.CreateSessionBody,
    response: http.SessionSummary,
    status: 201,
  },
  getSession: {
    method: "GET",
    path: "/v3/sessions/:sessionId",
    auth: "token",
    summary: "A session with its messages",
    response: http.SessionDetail,
  },
  updateSession: {
    method: "PATCH",
    path: "/v3/sessions/:sessionId",
    auth: "token",
    summary: "Change title, model or tags",
    body: http.UpdateSessionBody,
    response: http.SessionSummary,
  },
  deleteSession: {
    method: "DELETE",
    path: "/v3/sessions/:sessionId",
    auth: "token",
    summary: "Delete a session and its log; running turns are cancelled first",
    response: http.DeletedSession,
  },
  exportSession: {
    method: "GET",
    path: "/v3/sessions/:sessionId/export",
    auth: "token",
    summary: "The conversation as Markdown or JSON, or the log as JSON lines",
    query: http.ExportQuery,
    response: "*/*",
  },
  submitTurn: {
    method: "POST",
    path: "/v3/sessions/:sessionId/turns",
    auth: "token",
    summary: "Queue a turn; answered once it is durable",
    body: http.SubmitBody,
    response: http.SubmitResult,
    status: 202,
  },
  cancelTurns: {
    method: "POST",
    path: "/v3/sessions/:sessionId/cancel",
    auth: "token",
    summary: "Cancel a turn, a writer's turns, or all",
    body: http.CancelBody,
    response: http.CancelResult,
  },
  readEvents: {
    method: "GET",
    path: "/v3/sessions/:sessionId/events",
    auth: "token",
    summary: "A page of the log",
    query: http.EventsQuery,
    response: http.EventsPage,
  },
  resolvePermission: {
    method: "POST",
    path: "/v3/sessions/:sessionId/permissions/:requestId",
    auth: "token",
    summary: "Decide on a permission request; the first decision wins",
    body: http.ResolveBody,
    response: http.ResolveResult,
  },
  listChanges: {
    method: "GET",
    path: "/v3/sessions/:sessionId/changes",
    auth: "token",
    summary: "What the turns of a session have changed in files, and which of it was undone",
    response: changes.ChangeList,
  },
  diffChanges: {
    method: "GET",
    path: "/v3/sessions/:sessionId/diff",
    auth: "token",
    summary: "The changes of a turn, or since a turn, as a unified diff",
    query: changes.ChangeDiffQuery,
    response: changes.ChangeDiff,
  },
  undoChanges: {
    method: "POST",
    path: "/v3/sessions/:sessionId/undo",
    auth: "token",
    summary: "Take the changes of a turn back, or those of an undo; 409 while a turn runs or waits",
    body: changes.UndoBody,
    response: changes.UndoResult,
  },
  listBackground: {
    method: "GET",
    path: "/v3/background",
    auth: "token",
    summary: "Background processes of one session, or of all",
    query: background.BackgroundQuery,
    response: background.BackgroundList,
  },
  startBackground: {
    method: "POST",
    path: "/v3/background/start",
    auth: "token",
    summary: "Start a command in the background of a session",
    body: background.StartBackgroundBody,
    response: background.BackgroundStatus,
    status: 201,
  },
  backgroundStatus: {
    method: "GET",
    path: "/v3/background/:processId/status",
    auth: "token",
    summary: "How a background process is doing",
    query: background.BackgroundQuery,
    response: background.BackgroundStatus,
  },
  backgroundOutput: {
    method: "GET",
    path: "/v3/background/:processId/output",
    auth: "token",
    summary: "A page of what a background process wrote, of what is kept",
    query: background.BackgroundOutputQuery,
    response: background.BackgroundOutput,
  },
  killBackground: {
    method: "POST",
    path: "/v3/background/:processId/kill",
    auth: "token",
    summary: "End a background process and all that it started",
    body: background.KillBackgroundBody,
    response: background.BackgroundKilled,
  },
  usage: {
    method: "GET",
    path: "/v3/usage",
    auth: "token",
    summary: "What turns used, by day, model or session; reported, estimated and partial counts apart",
    query: usage.UsageQuery,
    response: usage.UsageReport,
  },
  listModels: {
    method: "GET",
    path: "/v3/models",
    auth: "token",
    summary: "The models of the server that turns use, whichever kind it is",
    response: lmx.ModelList,
  },
  lmxStatus: {
    method: "GET",
    path: "/v3/lmx/status",
    auth: "token",
    summary: "Version, memory and loaded models of the Opta LMX that turns use",
    response: lmx.LmxStatus,
  },
  lmxModels: {
    method: "GET",
    path: "/v3/lmx/models",
    auth: "token",
    summary: "The models that LMX has loaded",
    response: lmx.LmxModels,
  },
  lmxAvailable: {
    method: "GET",
    path: "/v3/lmx/models/available",
    auth: "token",
    summary: "The models on the disk of LMX",
    response: lmx.LmxAvailable,
  },
  lmxMemory: {
    method: "GET",
    path: "/v3/lmx/memory",
    auth: "token",
    summary: "The memory of LMX, and what each model takes of it",
    response: lmx.LmxMemory,
  },
  lmxLoad: {
    method: "POST",
    path: "/v3/lmx/models/load",
    auth: "token",
    summary: "Load a model; answered once it is loaded, or needs a download first",
    body: lmx.LmxLoadBody,
    response: lmx.LmxLoadResult,
  },
  lmxConfirmLoad: {
    method: "POST",
    path: "/v3/lmx/models/load/confirm",
    auth: "token",
    summary: "Download and load the model that a load said it must download",
    body: lmx.LmxConfirmLoadBody,
    response: lmx.LmxLoadResult,
  },
  lmxUnload: {
    method: "POST",
    path: "/v3/lmx/models/unload",
    auth: "token",
    summary: "Unload a model",
    body: lmx.LmxUnloadBody,
    response: lmx.LmxUnloadResult,
  },
  lmxDownload: {
    method: "POST",
    path: "/v3/lmx/models/download",
    auth: "token",
    summary: "Begin to download a repository to the disk of LMX",
    body: lmx.LmxDownloadBody,
    response: lmx.LmxDownload,
  },
  lmxDownloadProgress: {
    method: "GET",
    path: "/v3/lmx/models/download/:downloadId/progress",
    auth: "token",
    summary: "How far a download has come",
    response: lmx.LmxDownloadProgress,
  },
  lmxDelete: {
    method: "DELETE",
    path: "/v3/lmx/models/:modelId",
    auth: "token",
    summary: "Delete a model from the disk of LMX; it must not be loaded",
    response: lmx.LmxDeleted,
  },
  legacyHealth: {
    method: "GET",
    path: "/health",
    auth: "none",
    summary: "Is the daemon alive? As earlier releases answered it",
    response: legacy.LegacyHealth,
    errors: "legacy",
  },
  legacyChat: {
    method: "POST",
    path: "/v1/chat",
    auth: "token",
    summary: "Run one turn in mode `do` and answer with what it said, as earlier releases did",
    body: legacy.LegacyChatBody,
    response: legacy.LegacyChatAnswer,
    errors: "legacy",
  },
  openaiModels: {
    method: "GET",
    path: "/v1/models",
    auth: "token",
    summary: "The models of the server that turns use, as OpenAI's API lists them",
    response: openai.OpenAiModels,
    errors: "openai",
  },
  openaiChat: {
    method: "POST",
    path: "/v1/chat/completions",
    auth: "token",
    summary: "Have the model server answer, for clients of OpenAI's API; with `stream`, as server-sent events",
    body: openai.ChatCompletionBody,
    response: openai.ChatCompletion,
    errors: "openai",
  },
  createTicket: {
    method: "POST",
    path: "/v3/tickets",
    auth: "token",
    summary: "A one-time ticket for a browser page",
    body: http.TicketBody,
    response: http.Ticket,
    status: 201,
  },
  ticketStatus: {
    method: "GET",
    path: "/v3/tickets/:ticketId",
    auth: "token",
    summary: "Whether a ticket has been exchanged",
    response: http.TicketStatus,
  },
  redeemTicket: {
    method: "POST",
    path: "/v3/tickets/redeem",
    auth: "none",
    summary: "Exchange a ticket for the session cookie of a browser",
    body: http.RedeemTicketBody,
    response: http.TicketRedeemed,
  },
  followWs: {
    method: "GET",
    path: "/v3/ws",
    auth: "token",
    summary: "Follow sessions and act on them over a WebSocket",
    query: http.FollowQuery,
    response: "websocket",
    status: 101,
  },
  followSse: {
    method: "GET",
    path: "/v3/sse/events",
    auth: "token",
    summary: "Follow one session as server-sent events",
    query: http.FollowQuery,
    response: "text/event-stream",
  },
  openapi: {
    method: "GET",
    path: "/v3/openapi.json",
    auth: "token",
    summary: "This table as an OpenAPI 3.1 document",
    response: "application/json",
  },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type SchemaOf<R, K extends "query" | "body" | "response"> = R extends { [P in K]: infer S extends z.ZodType } ? S
  : never;

/** What a caller writes as query or body: defaults may be left out. */
export type RouteInput<N extends RouteName, K extends "query" | "body"> = z.input<SchemaOf<(typeof routes)[N], K>>;
/** What the server gets after validation. */
export type RouteParsed<N extends RouteName, K extends "query" | "body"> = z.output<SchemaOf<(typeof routes)[N], K>>;
/** The JSON answer. */
export type RouteResponse<N extends RouteName> = z.output<SchemaOf<(typeof routes)[N], "response">>;
