/** What a person waits for at the command line, the daemon running. */
import { sharedNowMs } from "../../tests/support/mod.ts";
import type { Bench } from "../bench.ts";
import type { Figure } from "../figure.ts";
import { interleave } from "../interleave.ts";
import { atMost, rowOf } from "../rows.ts";
import { percentile } from "../statistics.ts";

const CLI = new URL("../../cli/main.ts", import.meta.url).href;
const NOTHING = new URL("../nothing_main.ts", import.meta.url).href;

export const cli: Figure = {
  name: "cli",
  method: "`deno run cli/main.ts`, without what `deno task` or `npx` add. Direct is a module that does nothing. " +
    "`opta do` is timed up to the moment at which the model server sees its request, and a completion as the script of a " +
    "shell asks for it.",
  async measure(bench) {
    const home = await bench.folder();
    const stateDir = `${home}/daemon`;
    await Deno.mkdir(stateDir, { mode: 0o700 });
    const daemon = await bench.ownDaemon("sse", stateDir);
    const runs = bench.choose(5, 2);
    const { direct, opta } = await interleave(bench.choose(5, 2), {
      direct: async () => ({ help: percentile(await repeat(runs, () => timeToEnd([NOTHING], home)), 0.5) }),
      opta: async () => ({
        help: percentile(await repeat(runs, () => timeToEnd([CLI, "--help"], home)), 0.5),
        request: percentile(await repeat(runs, () => timeToRequest(bench, home)), 0.5),
        completion: percentile(await repeat(runs, () => timeToSessions(home)), 0.5), // of what the runs before have left
      }),
    });
    await daemon.stop();
    return [
      rowOf({ key: "cli.help", label: "`opta --help`", unit: "ms", direct, opta, stat: "help", target: atMost(70) }),
      rowOf({
        key: "cli.do",
        label: "`opta do` → request at the model server",
        unit: "ms",
        opta,
        stat: "request",
        target: atMost(250),
      }),
      rowOf({
        key: "cli.completion",
        label: "completion of a session id",
        unit: "ms",
        opta,
        stat: "completion",
        target: atMost(100),
      }),
    ];
  },
};

async function repeat(count: number, measure: () => Promise<number>): Promise<number[]> {
  return await Array.fromAsync({ length: count }, measure);
}

async function timeToEnd(args: string[], home: string): Promise<number> {
  const began = sharedNowMs();
  await run(args, home);
  return sharedNowMs() - began;
}

async function timeToRequest(bench: Bench, home: string): Promise<number> {
  const began = sharedNowMs();
  await run([CLI, "do", "go"], home);
  const { requests } = await bench.models.sse.stats();
  return (requests.at(-1)?.seenAtMs ?? NaN) - began;
}

async function timeToSessions(home: string): Promise<number> {
  const began = sharedNowMs();
  const answer = await run([CLI, "complete-words", "zsh", "--", "chat", "--resume", ""], home);
  const took = sharedNowMs() - began;
  if (!answer.includes("\nsess_")) throw new Error(`No session was offered: ${answer}`);
  return took;
}

/** @returns what it has printed */
async function run(args: string[], home: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", ...args],
    env: { OPTA_HOME: home, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
