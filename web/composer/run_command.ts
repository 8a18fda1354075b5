/** Does what a command of the message box says. */
import { TurnMode } from "@opta/protocol";
import type { App } from "../state/app.ts";
import { messageOf } from "../state/conversation.ts";
import { currentTurn } from "../transcript/rows.ts";
import { lastTurnOf, questionOf } from "@opta/view/question_again";
import type { SlashCommand } from "./slash_commands.ts";

/** @param report told why it could not be done */
export function runCommand(name: SlashCommand, argument: string, app: App, report: (problem: string) => void): void {
  const conversation = app.conversation.get();
  switch (name) {
    case "new":
      return app.go({ kind: "new" });
    case "usage":
      return app.go({ kind: "usage" });
    case "help":
      return app.dialog.set({ kind: "help" });
    case "sessions":
      return app.dialog.set({ kind: "switch" });
    case "mode": {
      const mode = TurnMode.options.find((known) => known === argument);
      return mode ? app.preferences.set({ mode }) : report(`The modes are ${TurnMode.options.join(", ")}`);
    }
    case "model":
    case "retry":
    case "cancel":
    case "find":
    case "rename":
    case "details":
      break;
    default:
      return name satisfies never;
  }
  if (!conversation) return report(`/${name} is for a session: send a message first`);
  const state = conversation.store.state.get();
  switch (name) {
    case "model":
      if (argument === "") return app.dialog.set({ kind: "models" });
      return void app.setModel(argument).catch((error) => report(messageOf(error)));
    case "retry": {
      const turn = lastTurnOf(state, conversation.writerId);
      if (!turn) return report("You have asked nothing in this session yet");
      const { content, mode, overrides } = questionOf(turn, null);
      return void conversation.submit(content, mode, overrides);
    }
    case "cancel":
      return currentTurn(state) ? void conversation.cancel() : report("Nothing runs or waits here");
    case "find":
      return app.isFinding.set(true);
    case "details":
      return app.dialog.set({ kind: "details" });
    case "rename":
      return app.dialog.set({ kind: "rename", sessionId: conversation.sessionId, title: argument || state.title });
    default:
      return name satisfies never;
  }
}
