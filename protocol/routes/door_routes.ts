/** Doors that speak another language than protocol v3: that of earlier releases, and OpenAI's. */
import * as legacy from "../legacy.ts";
import * as openai from "../openai.ts";
import type { Route } from "./route.ts";

export const doorRoutes = {
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
} as const satisfies Record<string, Route>;
