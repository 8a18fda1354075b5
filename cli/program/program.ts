/** The parser of the command line: the flags of `opta` itself, and where its help and its complaints go. */
import { Command } from "@commander-js/extra-typings";
import { VERSION } from "../../protocol/version.ts";
import { examples } from "./examples.ts";
import { exitMeanings } from "../exit.ts";
import { families } from "./families.ts";
import { nearest } from "./nearest.ts";
import { formatTable, note, writeErr, writeOut } from "../output/output.ts";
import { variables } from "./variables.ts";

/** Less room beside long names is none: descriptions are then left as they are. */
const MIN_DESCRIPTION_COLUMNS = 20;

const loaded = new WeakSet<Command>();

/** `opta` itself, whose commands have their arguments and flags once they are used. */
export function createProgram(): Command<[], { debug?: true }> {
  const program = new Command("opta")
    .description("AI chat sessions that outlive the terminal")
    .usage("[command] [flags]")
    .version(VERSION, "-V, --version", "print the version")
    .option("--debug", "show where an error comes from")
    .helpOption("-h, --help", "show this help")
    .configureHelp({ showGlobalOptions: true, minWidthToWrap: MIN_DESCRIPTION_COLUMNS })
    .exitOverride()
    .configureOutput({
      writeOut,
      writeErr,
      outputError: (text) => note(text.replace(/^error: /, "").trim().replaceAll("\n", " ")),
    })
    .hook("preSubcommand", async (_, command) => await loadFamily(command as Command))
    .addHelpText("beforeAll", ({ command }) => refuseVainHelp(command as Command))
    .addHelpText("after", `\nWithout a command it is chat that is meant: its flags are in "opta chat --help".`)
    .addHelpText("after", () => `\nExit codes:\n${indented(Object.entries(exitMeanings))}`)
    .addHelpText("after", () => `\nEnvironment:\n${indented(Object.entries(variables))}`)
    .addHelpText(
      "after",
      examples("opta --model qwen3", 'opta do "summarise this" < notes.md', "opta daemon status --json"),
    );
  for (const { name, summary } of families) program.command(name).description(summary);
  return program;
}

/** Gives a command of `opta` what its family says, once. */
export async function loadFamily(command: Command): Promise<void> {
  const family = families.find(({ name }) => name === command.name());
  if (!family || loaded.has(command)) return;
  loaded.add(command);
  (await family.load())(command);
  // The parser does this for flags that are there when it comes to a command: before these were.
  for (const option of command.options) {
    const name = option.attributeName();
    if (option.negate && command.getOptionValue(name as never) === undefined) {
      command.setOptionValueWithSource(name as never, true as never, "default");
    }
  }
}

/**
 * Asked for the help of a command that does not exist, the parser shows that of its parent, as if all were well.
 *
 * @throws {CommanderError}
 */
function refuseVainHelp(command: Command): string {
  const [first, second] = command.args;
  const word = first === "help" ? second : first;
  if (word === undefined || word.startsWith("-") || command.commands.length === 0) return "";
  const names = command.commands.flatMap((each) => [each.name(), ...each.aliases()]);
  if (names.includes(word)) return "";
  const meant = nearest(word, names);
  return command.error(`error: unknown command '${word}'${meant ? ` (Did you mean ${meant}?)` : ""}`);
}

function indented(rows: [string, string][]): string {
  return formatTable(rows).replaceAll(/^(?=.)/gm, "  ").trimEnd();
}
