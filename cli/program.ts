/** The parser of the command line: the flags of `opta` itself, and where its help and its complaints go. */
import { Command } from "@commander-js/extra-typings";
import { VERSION } from "../protocol/version.ts";
import { families } from "./families.ts";
import { note, writeErr, writeOut } from "./output.ts";

/** `opta` itself, whose commands have their arguments and flags once they are used. */
export function createProgram(): Command<[], { debug?: true }> {
  const program = new Command("opta")
    .description("AI chat sessions that outlive the terminal")
    .usage("[command] [flags]")
    .version(VERSION)
    .option("--debug", "show where an error comes from")
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text) => note(text.replace(/^error: /, "").trim().replaceAll("\n", " ")),
    })
    .hook("preSubcommand", async (_, command) => {
      const family = families.find(({ name }) => name === command.name());
      if (family) (await family.load())(command as Command);
    });
  for (const { name, summary } of families) program.command(name).description(summary);
  return program;
}
