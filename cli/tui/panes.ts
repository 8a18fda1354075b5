/** The panes that the terminal UI is made of. */
import { editorPane } from "./interim/editor_pane.ts";
import { questionPane } from "./interim/question_pane.ts";
import type { Panes } from "./tui.ts";

export const panes: Panes = { composer: editorPane, permission: questionPane, overlays: {} };
