/** The screens that docs/tui.md shows: what a person sees after doing what the scene does. */
import { setTimeout as delay } from "node:timers/promises";
import { Opta } from "../../tests/support/opta.ts";
import { startFakeModel } from "../../tests/support/start_fake_model.ts";
import type { TestTerminal } from "../../tests/support/test_terminal.ts";
import { ENTER, isReady, pidOfDaemon } from "../../tests/support/tui.ts";

/** By the name of the marker in the document; each gives the rows of the screen. */
export const scenes: Readonly<Record<string, (stage: Stage) => Promise<string[]>>> = {
  async chat(stage) {
    await using tui = await stage.open();
    ask(tui, "show markdown");
    await tui.until(isAnswered);
    return tui.screen;
  },

  async permission(stage) {
    await using tui = await stage.open();
    ask(tui, "create hello.txt that says hi");
    await tui.until(isAsking);
    return tui.screen;
  },

  async tool(stage) {
    await using tui = await stage.open();
    ask(tui, "create notes.txt that says buy milk");
    await tui.until(isAsking);
    await delay(GUARD_MS);
    tui.type("y");
    await tui.until(isAnswered);
    return tui.screen;
  },

  async sessions(stage) {
    for (const task of ["count to 3", "what is the daemon?", "count to 5"]) await stage.opta.run(["do", task]);
    await using tui = await stage.open();
    ask(tui, "/sessions");
    await tui.until(/count to 3[^]*●/);
    return tui.screen;
  },

  async help(stage) {
    await using tui = await stage.open();
    ask(tui, "/help");
    await tui.until(/Tab keys/);
    return tui.screen;
  },

  async reconnecting(stage) {
    await using tui = await stage.open();
    ask(tui, "count to 3");
    await tui.until(isAnswered);
    tui.type("and then");
    await tui.until("› and then");
    Deno.kill(await pidOfDaemon(stage.opta), "SIGKILL");
    await tui.until(/next try in/);
    return tui.screen;
  },

  async queue() {
    await using fake = await startFakeModel();
    await fake.script({ tokens: ["The first thing ", "to do is"], pace: "manual" });
    await using stage = await openStage({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
    await using tui = await stage.open();
    ask(tui, "what is to be done?");
    await fake.waitFor(({ requests }) => requests.some(({ held }) => held));
    await fake.step(2);
    await tui.until("to do is");
    for (const [i, task] of ["and after that?", "write it down as a list"].entries()) {
      ask(tui, task);
      await tui.until(`${i + 1} queued`);
    }
    return tui.screen;
  },
};

/** Where scenes are played: a home of its own, with the demo model, and an empty project. */
export interface Stage extends AsyncDisposable {
  readonly opta: Opta;
  readonly project: string;
  /** `opta tui` there, in 80 × 24, once it is live. */
  open(): Promise<TestTerminal>;
}

/** After which keys answer a request in any case. */
const GUARD_MS = 1_500;
const isAnswered = / s\n+›\n● live/;
const isAsking = /y yes/;

export async function openStage(env: Record<string, string> = {}): Promise<Stage> {
  const project = await Deno.makeTempDir({ prefix: "opta-screens-" });
  const opta = await Opta.create({ ...env, USER: "ann" });
  opta.cwd = project;
  return {
    opta,
    project,
    async open() {
      const tui = opta.terminal(["tui"], { columns: 80, rows: 24 });
      await tui.until(isReady);
      return tui;
    },
    async [Symbol.asyncDispose]() {
      await opta[Symbol.asyncDispose]();
      await Deno.remove(project, { recursive: true });
    },
  };
}

function ask(tui: TestTerminal, content: string): void {
  tui.type(content + ENTER);
}
