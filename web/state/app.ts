/** All that the page is while it is open: who it is, which view it shows, and the stores of the views. */
import type { DaemonStatus } from "@opta/protocol";
import type { z } from "zod";
import { Api } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import { SignIn } from "../sign_in.ts";
import { Announcer } from "./announcer.ts";
import { Conversation } from "./conversation.ts";
import { Drafts, tabStorage } from "./drafts.ts";
import { browserStorage, PreferenceStore } from "./preferences.ts";
import { formatRoute, readRoute, type Route } from "./route.ts";
import { SessionList } from "./session_list.ts";

/** The dialog that is open. */
export type DialogState =
  | { kind: "help" }
  | { kind: "models" }
  | { kind: "switch" }
  | { kind: "background" }
  | { kind: "details" }
  | { kind: "rename" | "delete"; sessionId: string; title: string };

/** Key of the draft of a chat that does not exist yet. */
export const NEW_CHAT = "";

export class App implements AsyncDisposable {
  readonly signIn = new SignIn();
  readonly api = new Api(this.signIn.endpoint);
  readonly sessions = new SessionList(this.api);
  readonly preferences = new PreferenceStore(browserStorage());
  readonly drafts = new Drafts(tabStorage());
  readonly announcer = new Announcer();
  readonly route: Value<Route>;
  readonly conversation = new Value<Conversation | null>(null);
  readonly dialog = new Value<DialogState | null>(null);
  /** On a narrow screen the list lies over the transcript. */
  readonly isDrawerOpen = new Value(false);
  readonly isFinding = new Value(false);
  /** What the daemon would choose, and what it is; `null` before it has said so. */
  readonly status = new Value<z.infer<typeof DaemonStatus> | null>(null);
  #isSignedIn = false;
  /** Names this page among the clients of a session. */
  readonly #clientId = `web-${crypto.randomUUID()}`;

  constructor() {
    this.route = new Value(readRoute(location.hash));
    addEventListener("hashchange", this.#follow);
    this.signIn.state.subscribe(this.#signedIn);
    addEventListener("beforeunload", this.#warn);
    this.#show(this.route.get());
  }

  /** Shows another view. */
  go(route: Route): void {
    this.isDrawerOpen.set(false);
    const hash = formatRoute(route);
    if (hash === location.hash) this.#follow();
    else location.hash = hash; // `#follow` hears of it
  }

  /** Begins a session with this message, which stays a draft until there is one. */
  async begin(content: string, cwd: string): Promise<void> {
    this.drafts.set(NEW_CHAT, content);
    const sessionId = crypto.randomUUID();
    await this.sessions.create(sessionId, cwd === "" ? undefined : { cwd, dirs: [] });
    this.drafts.set(NEW_CHAT, "");
    this.preferences.set({ folder: cwd });
    this.go({ kind: "session", sessionId });
    this.#follow();
    this.conversation.get()?.submit(content, this.preferences.value.get().mode);
  }

  async setModel(model: string | null): Promise<void> {
    const conversation = this.conversation.get();
    if (!conversation) return;
    await this.api.call("updateSession", { params: { sessionId: conversation.sessionId }, body: { model } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    removeEventListener("hashchange", this.#follow);
    removeEventListener("beforeunload", this.#warn);
    this.sessions[Symbol.dispose]();
    this.signIn[Symbol.dispose]();
    await this.conversation.get()?.[Symbol.asyncDispose]();
  }

  readonly #follow = (): void => {
    if (location.hash === "") { // a ticket was taken out of it: what is shown stays
      history.replaceState(history.state, "", formatRoute(this.route.get()));
      return;
    }
    const route = readRoute(location.hash);
    if (formatRoute(route) === formatRoute(this.route.get())) return;
    this.route.set(route);
    this.#show(route);
  };

  /** A message that is not acknowledged is known to this page alone. */
  readonly #warn = (event: BeforeUnloadEvent): void => {
    if (this.conversation.get()?.outgoing.get().length) event.preventDefault();
  };

  /** The name of who writes comes with the ticket. */
  readonly #signedIn = (): void => {
    const wasSignedIn = this.#isSignedIn;
    this.#isSignedIn = this.signIn.state.get().kind === "signed-in";
    if (!this.#isSignedIn || wasSignedIn) return;
    this.api.call("status").then((status) => this.status.set(status), () => {}); // the page can do without
    const conversation = this.conversation.get();
    if (conversation && conversation.writerId !== this.signIn.writerId) this.#show(this.route.get());
  };

  #show(route: Route): void {
    const before = this.conversation.get();
    this.isFinding.set(false);
    const conversation = route.kind === "session" ? this.#open(route.sessionId) : null;
    if (conversation) this.#listFollows(conversation);
    this.conversation.set(conversation);
    before?.[Symbol.asyncDispose]();
  }

  /** The list is asked for at once when the session that is shown begins or ends something. */
  #listFollows({ store, asked }: Conversation): void {
    const look = () => {
      const { title, active, queue } = store.state.get();
      return JSON.stringify([title, active?.turnId, queue.length, asked.get()?.request.requestId]);
    };
    let before = look();
    const follow = () => {
      const now = look();
      if (now !== before) this.sessions.refresh();
      before = now;
    };
    store.state.subscribe(follow);
    asked.subscribe(follow);
  }

  #open(sessionId: string): Conversation {
    const { endpoint, writerId } = this.signIn;
    return new Conversation({ endpoint, sessionId, clientId: this.#clientId, writerId, announcer: this.announcer });
  }
}
