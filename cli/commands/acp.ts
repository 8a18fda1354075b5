/** `opta acp`: what it takes. What it does is in `acp/`. */
import { type Command, Option } from "@commander-js/extra-typings";
import { runAcp } from "../acp/run_acp.ts";
import { examples } from "../program/examples.ts";

const MODES = ["chat", "do", "plan", "review", "research"] as const;

export function defineAcp(command: Command): void {
  command
    .addOption(
      new Option("--mode <mode>", "of the turns, until the editor chooses another").choices(MODES).default(
        "do" as const,
      ),
    )
    .option("--device <host[:port]>", "use the model server there, when this command starts the daemon")
    .addHelpText(
      "after",
      `
For editors that speak the Agent Client Protocol: they start this command and
talk to it over standard input and output. Its sessions are those of opta chat
and of every other client; what needs permission is asked for in the editor.

In the settings of Zed:
  "agent_servers": { "Opta": { "command": "opta", "args": ["acp"] } }`,
    )
    .addHelpText("after", examples("opta acp --mode plan"))
    .action(async (flags) => {
      Deno.exitCode = await runAcp(flags);
    });
}
