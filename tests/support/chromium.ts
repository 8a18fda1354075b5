/** Chromium for a test: with a new empty profile, and gone with the test. */
import { type BrowserContext, chromium } from "playwright-core";

/** Where Debian puts it. */
const EXECUTABLE = "/usr/bin/chromium";

const args = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export async function hasChromium(): Promise<boolean> {
  return await Deno.stat(EXECUTABLE).then(() => true, () => false);
}

/** Which names mean something else than usual. */
export interface NameRules {
  /** Names that lead to this machine, as a hostile name server would have it. */
  hosts?: readonly string[];
  /** Patterns of names that lead nowhere. */
  missing?: readonly string[];
}

export class Chromium implements AsyncDisposable {
  /** All of it has one cookie jar. */
  readonly context: BrowserContext;
  /** The address of each request and each WebSocket of any page, with its query. */
  readonly addresses: string[] = [];
  /** What no page caught. */
  readonly uncaught: unknown[] = [];
  readonly #profile: string;

  private constructor(context: BrowserContext, profile: string) {
    this.context = context;
    this.#profile = profile;
    context.on("request", (request) => this.addresses.push(request.url()));
    context.on("page", (page) => page.on("websocket", (socket) => this.addresses.push(socket.url())));
    context.on("weberror", (error) => this.uncaught.push(error.error()));
  }

  static async launch({ hosts = [], missing = [] }: NameRules = {}): Promise<Chromium> {
    const profile = await Deno.makeTempDir({ prefix: "opta-chromium-" });
    try {
      const rules = [
        ...hosts.map((host) => `MAP ${host} 127.0.0.1`),
        ...missing.map((host) => `MAP ${host} ~NOTFOUND`),
      ];
      const named = rules.length === 0 ? args : [...args, `--host-resolver-rules=${rules.join(", ")}`];
      const options = { executablePath: EXECUTABLE, headless: true, chromiumSandbox: false, args: named };
      return new Chromium(await chromium.launchPersistentContext(profile, options), profile);
    } catch (error) {
      await Deno.remove(profile, { recursive: true });
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    await Deno.remove(this.#profile, { recursive: true });
  }
}
