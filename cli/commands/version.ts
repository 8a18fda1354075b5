/** `opta version`: everything that a bug report should name. */
import type { Command } from "@commander-js/extra-typings";
import { CONTRACT, VERSION } from "@opta/protocol";
import { examples } from "../examples.ts";
import { writeJson, writeOut } from "../output.ts";

export function defineVersion(command: Command): void {
  command
    .option("--json", "print one JSON document on standard output")
    .addHelpText("after", examples("opta version", "opta version --json | jq -r .contract"))
    .action(({ json }) => {
      const contract = `${CONTRACT.name}@${CONTRACT.version}`;
      if (json) writeJson({ version: VERSION, contract, deno: Deno.version.deno, target: Deno.build.target });
      else writeOut(`opta ${VERSION} (${contract}, deno ${Deno.version.deno}, ${Deno.build.target})\n`);
    });
}
