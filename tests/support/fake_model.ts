/**
 * A fake model server: OpenAI-compatible over HTTP, and Opta LMX when `lmx` is on. Answers follow the rules it is given
 * through `/_control/`, and it counts what happens to it. It runs in a process of its own (`start_fake_model.ts`), so that
 * neither it nor what it measures shares an event loop with the test.
 */
import { z } from "zod";
import { answerWithDocument, answerWithEvents } from "./fake_completions.ts";
import { FakeLmxAdmin, FakeLmxAdminOptions } from "./fake_lmx_admin.ts";
import { serveLmxSocket } from "./fake_lmx_socket.ts";
import { Run } from "./fake_run.ts";
import { Script } from "./fake_script.ts";
import { type SeenRequest, StatsBook } from "./fake_stats.ts";

/** The model that a fake server has, unless told otherwise. */
export const FAKE_MODEL = "fake-model";

/** What the server is. All of it can be changed while it runs. */
export const FakeModelOptions = z.object({
  /** Whether it has LMX's WebSocket; without, the path is 404. */
  lmx: z.boolean().default(true),
  /** In place of the WebSocket, an answer with this status. */
  refuseSocket: z.number().int().nullable().default(null),
  models: z.array(z.looseObject({ id: z.string(), state: z.enum(["loaded", "available"]).optional() }))
    .default([{ id: FAKE_MODEL, state: "loaded" }]),
  /** Asked of every request but the control ones; `null`: none. */
  apiKey: z.string().nullable().default(null),
  /** How LMX's admin API behaves; it is there when `lmx` is on. */
  admin: FakeLmxAdminOptions.prefault({}),
  /** Whether the statistics keep what was asked; a soak asks for more than the memory is good for. */
  keepBodies: z.boolean().default(true),
});
export type FakeModelOptions = z.output<typeof FakeModelOptions>;

const CompletionRequest = z.looseObject({ model: z.string(), stream: z.boolean().default(false) });
const Step = z.object({ count: z.number().int().positive(), request: z.number().int().optional() });

/** Rules that are kept; a test writes a few. */
const MAX_RULES = 1_000;

export class FakeModelServer {
  readonly #book = new StatsBook();
  readonly #runs = new Set<Run>();
  readonly #rules: Script[] = [];
  readonly #admin = new FakeLmxAdmin({
    options: () => this.#options.admin,
    models: () => this.#options.models,
    setModels: (models) => this.#options = { ...this.#options, models },
  });
  #options: FakeModelOptions;

  constructor(options: FakeModelOptions) {
    this.#options = options;
  }

  /** Answers one HTTP request. */
  async handle(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const route = `${request.method} ${pathname}`;
    if (pathname.startsWith("/_control/")) return await this.#control(route, searchParams, request);
    if (route === "GET /healthz") return Response.json({ status: "ok" });
    const authorization = request.headers.get("authorization");
    if (this.#options.apiKey !== null && authorization !== `Bearer ${this.#options.apiKey}`) {
      return errorResponse(401, "Incorrect API key provided", "invalid_api_key");
    }
    if (pathname.startsWith("/admin/") && this.#options.lmx) return await this.#admin.handle(request);
    if (route === "GET /v1/models") {
      this.#book.modelsListed();
      return Response.json({ object: "list", data: this.#options.models.map((m) => ({ object: "model", ...m })) });
    }
    if (route === "POST /v1/chat/completions") return await this.#complete(request, authorization);
    if (route === "GET /v1/chat/stream" && this.#options.lmx) return this.#upgrade(request, authorization);
    return errorResponse(404, "Not Found", null);
  }

  async #control(route: string, query: URLSearchParams, request: Request): Promise<Response> {
    switch (route) {
      case "POST /_control/script":
        this.#rules.unshift(Script.parse(await request.json()));
        this.#rules.length = Math.min(this.#rules.length, MAX_RULES);
        break;
      case "POST /_control/options":
        this.#options = FakeModelOptions.parse({ ...this.#options, ...await request.json() });
        break;
      case "POST /_control/lmx":
        await this.#admin.control(request);
        break;
      case "POST /_control/step": {
        const { count, request: number } = Step.parse(await request.json());
        for (const run of this.#runs) if ((number ?? run.request.number) === run.request.number) run.step(count);
        break;
      }
      case "GET /_control/stats":
        return Response.json(await this.#book.newerThan(Number(query.get("newerThan") ?? -1)));
      default:
        return errorResponse(404, `no control ${route}`, null);
    }
    return Response.json({});
  }

  async #complete(request: Request, authorization: string | null): Promise<Response> {
    const parsed = CompletionRequest.safeParse(await request.json());
    if (!parsed.success) return errorResponse(400, z.prettifyError(parsed.error), "invalid_request");
    const { model, stream } = parsed.data;
    const run = this.#begin(stream ? "sse" : "json", model, parsed.data, authorization);
    const { refuse } = run.script;
    if (refuse) {
      this.#book.end(run.request, "failed");
      return new Response(refuse.body, { status: refuse.status, headers: { "content-type": refuse.contentType } });
    }
    if (!this.#has(model)) {
      this.#book.end(run.request, "failed");
      return errorResponse(404, notLoaded(model), "model_not_found");
    }
    return await (stream ? answerWithEvents(run, request.signal) : answerWithDocument(run, request.signal));
  }

  #upgrade(request: Request, authorization: string | null): Response {
    if (request.headers.get("upgrade") !== "websocket") return errorResponse(426, "Upgrade Required", null);
    const { refuseSocket } = this.#options;
    if (refuseSocket !== null) {
      this.#book.socketRefused();
      return errorResponse(refuseSocket, "No WebSocket", null);
    }
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => this.#book.socketOpened();
    socket.addEventListener("close", () => this.#book.socketClosed(), { once: true });
    serveLmxSocket(socket, (model, body) => {
      const run = this.#begin("ws", model, body, authorization);
      const refusal = run.script.refuse?.body ?? (this.#has(model) ? null : notLoaded(model));
      if (refusal === null) return run;
      this.#book.end(run.request, "failed");
      return refusal;
    });
    return response;
  }

  #begin(transport: SeenRequest["transport"], model: string, body: unknown, authorization: string | null): Run {
    const requestId = `chatcmpl-${crypto.randomUUID().slice(0, 13)}`;
    const request = this.#book.begin({ transport, requestId, model, body, authorization });
    const run = new Run(this.#rule(model, transport), request, this.#book);
    for (const old of this.#runs) {
      if (!old.request.end) continue;
      this.#runs.delete(old);
      if (!this.#options.keepBodies) old.request.body = null;
    }
    this.#runs.add(run);
    return run;
  }

  #rule(model: string, transport: SeenRequest["transport"]): Script {
    const at = this.#rules.findIndex((rule) =>
      (rule.model ?? model) === model && (rule.transport ?? transport) === transport
    );
    const rule = this.#rules[at];
    if (!rule) return Script.parse({});
    if (rule.times === 1) this.#rules.splice(at, 1);
    else if (rule.times !== undefined) this.#rules[at] = { ...rule, times: rule.times - 1 };
    return rule;
  }

  #has(model: string): boolean {
    return model.startsWith("preset:") ||
      this.#options.models.some(({ id, state }) => id === model && state !== "available");
  }
}

function notLoaded(model: string): string {
  return `Model '${model}' is not loaded`;
}

function errorResponse(status: number, message: string, code: string | null): Response {
  return Response.json({ error: { message, type: "invalid_request_error", param: null, code } }, { status });
}
