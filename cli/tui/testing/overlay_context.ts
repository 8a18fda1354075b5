/** An overlay in a test: a daemon that answers what the test says, time that passes when it says so, and what came of it. */
import { initialState, type SessionState, type TurnMode } from "@opta/protocol";
import type { Api, Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import { ManualClock } from "../../../protocol/client/testing/clocks.ts";
import type { Key, KeyName } from "../../chat/keys.ts";
import { type Env, resolvePaths } from "../../paths.ts";
import type { OverlayContext, OverlayFactory, OverlayName } from "../overlay.ts";
import type { Pane, PaneSize } from "../pane.ts";
import { themeOf } from "../theme.ts";
import { assertFits, plainLines } from "./assert_fits.ts";

/** What the daemon answers to a call; a test knows which options its route has. */
type Answer = (options: never) => unknown;

export interface OverlayTestOptions {
  /** What the daemon answers, by route; what throws is how it fails. */
  answers?: Record<string, Answer>;
  state?: SessionState;
  env?: Env;
}

const usual: PaneSize = { columns: 80, rows: 20 };

export class OverlayTest implements Disposable {
  readonly clock = new ManualClock();
  readonly calls: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly said: string[] = [];
  readonly opened: string[] = [];
  readonly shown: OverlayName[] = [];
  readonly theme = new Value(themeOf("none"));
  readonly mode = new Value<TurnMode>("chat");
  readonly pane: Pane & Partial<Disposable>;
  isClosed = false;
  #state: SessionState;
  #open: (id: string) => Promise<void> = (id) => Promise.resolve(void this.opened.push(id));
  readonly #listeners = new Set<() => void>();

  constructor(
    factory: OverlayFactory,
    { answers = {}, state = initialState("here", "e"), env = {} }: OverlayTestOptions = {},
  ) {
    this.#state = state;
    const call = async (name: string, options: { signal?: AbortSignal } & Record<string, unknown> = {}) => {
      const { signal, ...rest } = options;
      this.calls.push(`${name} ${JSON.stringify(rest)}`);
      if (signal) this.signals.push(signal);
      const answer = answers[name];
      if (!answer) throw new Error(`nothing answers ${name}`);
      return await answer(options as never);
    };
    const session = {
      subscribe: (listener: () => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    };
    const self = this as OverlayTest;
    Object.defineProperty(session, "state", { get: () => self.#state });
    const context: OverlayContext = {
      // Only what overlays use of them is there.
      api: { call } as unknown as Api,
      session: session as unknown as Session,
      ...{ clock: this.clock, theme: this.theme, mode: this.mode },
      settings: { env, paths: resolvePaths({ OPTA_HOME: "/nowhere", ...env }) },
      signal: new AbortController().signal,
      say: (text) => this.said.push(text),
      fail: (error) => this.said.push(String(error)),
      setTheme: (name) => this.theme.set(themeOf(name)),
      open: (id) => this.#open(id),
      run: (command) => this.said.push(`/${command}`),
      compose: (text) => this.said.push(text),
      show: (name) => this.shown.push(name),
      close: () => this.isClosed = true,
    };
    this.pane = factory(context);
  }

  /** What listens to the session. */
  get listenerCount(): number {
    return this.#listeners.size;
  }

  /** What going over to another session is. */
  openWith(open: (id: string) => Promise<void>): void {
    this.#open = open;
  }

  change(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }

  /** Types a text letter by letter, or presses a key. */
  press(...keys: (KeyName | { typed: string })[]): void {
    for (const key of keys) {
      const pressed: Key[] = typeof key === "string"
        ? [{ name: key }]
        : [...key.typed].map((text) => ({ name: "text", text }));
      for (const one of pressed) this.pane.press(one, true);
    }
  }

  /** What is to be read, after everything that was under way has been done. */
  async read(size = usual): Promise<string> {
    await settled();
    const view = this.pane.view(size);
    assertFits(view, size);
    return plainLines(view).join("\n");
  }

  [Symbol.dispose](): void {
    this.pane[Symbol.dispose]?.();
  }
}

/** Everything that waits for nothing outside is done: answers of the test, and what follows from them. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
