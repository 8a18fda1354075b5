/** What tools have changed, and what they have left running. */
import * as background from "../background.ts";
import * as changes from "../changes.ts";
import type { Route } from "./route.ts";

export const toolRoutes = {
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
} as const satisfies Record<string, Route>;
