/**
 * Opta as an agent of the Agent Client Protocol: an editor's requests become calls of the daemon, and its sessions are the
 * ones of every other client.
 */
import {
  agent,
  type AgentApp,
  type AgentContext,
  methods,
  PROTOCOL_VERSION,
  RequestError,
} from "@agentclientprotocol/sdk";
import { TurnMode, VERSION } from "@opta/protocol";
import { type Api, ApiError, type EndpointSource, Session } from "@opta/protocol/client";
import { AcpSession } from "./acp_session.ts";
import { promptText } from "./prompt_text.ts";

export interface AcpAgentOptions {
  api: Api;
  endpoint: EndpointSource;
  clientId: string;
  writerId: string;
  /** Of the turns of a session until the editor chooses another. */
  mode: TurnMode;
  /** Something to read in the editor's log. */
  note(text: string): void;
  signal: AbortSignal;
}

/** Sessions that one editor has open; each costs a subscription. */
const MAX_SESSIONS = 64;

const modeNames: Record<TurnMode, string> = {
  chat: "Chat",
  do: "Do",
  plan: "Plan",
  review: "Review",
  research: "Research",
};

export class AcpAgent implements AsyncDisposable {
  readonly app: AgentApp;
  readonly #options: AcpAgentOptions;
  readonly #sessions = new Map<string, AcpSession>();

  constructor(options: AcpAgentOptions) {
    this.#options = options;
    const { note } = options;
    this.app = agent({ name: "opta" })
      .onRequest(methods.agent.initialize, () => ({
        protocolVersion: PROTOCOL_VERSION,
        agentInfo: { name: "opta", title: "Opta", version: VERSION },
        agentCapabilities: {
          loadSession: true,
          promptCapabilities: { embeddedContext: true },
          sessionCapabilities: { list: {}, close: {}, resume: {}, additionalDirectories: {} },
        },
        authMethods: [],
      }))
      .onRequest(methods.agent.authenticate, () => ({}))
      .onRequest(methods.agent.session.new, async ({ params, client }) => {
        const { cwd, additionalDirectories = [], mcpServers } = params;
        if (mcpServers.length > 0) note("MCP servers are those of Opta's own settings: see opta mcp");
        const workspace = await workspaceOf(cwd, additionalDirectories);
        const { sessionId } = await this.#call(() =>
          options.api.call("createSession", { body: { workspace }, signal: options.signal })
        );
        return { sessionId, modes: this.#modes((await this.#attach(sessionId, client, false)).mode) };
      })
      .onRequest(methods.agent.session.load, async ({ params: { sessionId }, client }) => {
        return { modes: this.#modes((await this.#attach(sessionId, client, true)).mode) };
      })
      .onRequest(methods.agent.session.resume, async ({ params: { sessionId }, client }) => {
        return { modes: this.#modes((await this.#attach(sessionId, client, false)).mode) };
      })
      .onRequest(methods.agent.session.list, ({ params }) => this.#list(params.cwd ?? null, params.cursor ?? undefined))
      .onRequest(methods.agent.session.close, async ({ params: { sessionId } }) => {
        await this.#close(sessionId);
        return {};
      })
      .onRequest(methods.agent.session.setMode, ({ params: { sessionId, modeId } }) => {
        const mode = TurnMode.safeParse(modeId);
        if (!mode.success) throw RequestError.invalidParams({ modeId }, `There is no mode "${modeId}"`);
        this.#session(sessionId).mode = mode.data;
        return {};
      })
      .onRequest(methods.agent.session.prompt, async ({ params: { sessionId, prompt }, signal }) => {
        const content = promptText(prompt);
        if (content === "") throw RequestError.invalidParams({}, "The prompt has no text");
        const session = this.#session(sessionId);
        return { stopReason: await this.#call(() => session.prompt(content, signal)) };
      })
      .onNotification(methods.agent.session.cancel, async ({ params: { sessionId } }) => {
        await this.#sessions.get(sessionId)?.cancel();
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#sessions.keys()].map((sessionId) => this.#close(sessionId)));
  }

  async #attach(sessionId: string, client: AgentContext, replaysHistory: boolean): Promise<AcpSession> {
    const { endpoint, clientId, writerId, mode, note, signal } = this.#options;
    await this.#close(sessionId);
    if (this.#sessions.size >= MAX_SESSIONS) {
      throw RequestError.invalidRequest({}, `${MAX_SESSIONS} sessions are open already: close some first`);
    }
    const session = Session.attach({ endpoint, sessionId, clientId, writerId, kind: "editor" });
    try {
      await this.#call(() => session.caughtUp(signal));
    } catch (error) {
      await session.close();
      throw error;
    }
    const onError = (error: unknown) => note(error instanceof Error ? error.message : String(error));
    const attached = new AcpSession({ session, clientId, mode, client, onError }, replaysHistory);
    this.#sessions.set(sessionId, attached);
    return attached;
  }

  async #close(sessionId: string): Promise<void> {
    const session = this.#sessions.get(sessionId);
    this.#sessions.delete(sessionId);
    await session?.[Symbol.asyncDispose]();
  }

  #session(sessionId: string): AcpSession {
    const session = this.#sessions.get(sessionId);
    if (session) return session;
    throw RequestError.invalidParams({ sessionId }, "That session is not open here: load it first");
  }

  /** Those of a folder, or of all; a session without one cannot be opened in an editor. */
  async #list(cwd: string | null, cursor: string | undefined) {
    const { api, signal } = this.#options;
    const page = await this.#call(() => api.call("listSessions", { query: { limit: 20, cursor }, signal }));
    const details = await this.#call(() =>
      Promise.all(page.sessions.map(({ sessionId }) => api.call("getSession", { params: { sessionId }, signal })))
    );
    const sessions = details.flatMap(({ sessionId, title, updatedAt, workspace }) =>
      workspace && (cwd === null || workspace.cwd === cwd)
        ? [{ sessionId, cwd: workspace.cwd, additionalDirectories: workspace.dirs, title, updatedAt }]
        : []
    );
    return { sessions, nextCursor: page.nextCursor };
  }

  #modes(currentModeId: TurnMode) {
    const availableModes = TurnMode.options.map((id) => ({ id, name: modeNames[id] }));
    return { currentModeId, availableModes };
  }

  /** What went wrong as the protocol says it: without this the editor would only hear of an internal error. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RequestError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof ApiError && error.status < 500) {
        throw RequestError.invalidParams({ code: error.code }, message);
      }
      throw RequestError.internalError({}, message);
    }
  }
}

async function workspaceOf(cwd: string, dirs: readonly string[]) {
  try {
    return { cwd: await Deno.realPath(cwd), dirs: await Promise.all(dirs.map((dir) => Deno.realPath(dir))) };
  } catch (cause) {
    throw RequestError.invalidParams(
      { cwd },
      `There is no such folder: ${cause instanceof Error ? cause.message : cwd}`,
    );
  }
}
