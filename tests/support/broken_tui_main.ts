/**
 * The terminal UI with a composer that has bugs, for the tests of what becomes of the terminal then. A text that is entered
 * says which:
 *
 *     throw     a key throws           reject    a promise rejects that nobody waits for
 *     view      what is drawn throws   exit      Deno.exit()
 *     wide      lines wider and higher than the terminal
 *     console   something is said on the console
 */
import { panesOf } from "../../cli/tui/panes.ts";
import { runTui } from "../../cli/tui/run_tui.ts";
import type { ComposerContext, ComposerPane } from "../../cli/tui/overlay.ts";
import type { Panes } from "../../cli/tui/tui_options.ts";

function brokenComposer(composer: (context: ComposerContext) => ComposerPane) {
  return (context: ComposerContext): ComposerPane => {
    let bug = "";
    const pane = composer({
      ...context,
      submit(text) {
        bug = text;
        if (text === "throw") throw new Error("a key has thrown");
        if (text === "reject") void Promise.reject(new Error("nobody waits"));
        if (text === "exit") Deno.exit(3);
        if (text === "console") console.log("said on the console\x1b[2J");
        if (text.startsWith("say ")) context.submit(text.slice(4));
      },
    });
    return {
      get text() {
        return pane.text;
      },
      setText: (text) => pane.setText(text),
      prefix: (text) => pane.prefix(text),
      press: (key, isAlone) => pane.press(key, isAlone),
      subscribe: (listener) => pane.subscribe(listener),
      view(size) {
        if (bug === "view") throw new Error("a view has thrown");
        if (bug !== "wide") return pane.view(size);
        return { lines: Array.from({ length: size.rows * 3 }, () => "x".repeat(size.columns * 3)) };
      },
    };
  };
}

const panes: typeof panesOf = (env, now): Panes => {
  const sound = panesOf(env, now);
  return { ...sound, composer: brokenComposer(sound.composer) };
};

Deno.exitCode = await runTui({ commit: true, checkpoints: true, daemon: true }, panes);
Deno.exit();
