/** Completions in real shells: what a Tab writes and shows, with a daemon and without one, which a Tab never starts. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { powershellScript } from "../cli/completions/scripts/powershell_script.ts";
import { Opta } from "./support/opta.ts";
import { missingShell, type ShellName, startShell } from "./support/shell.ts";
import type { TestTerminal } from "./support/test_terminal.ts";

const CANARY = "canary";
const TOUCH = `touch ${CANARY}`;
/** What somebody else may have a session called, or a model. */
const HOSTILE_TITLE = `tab\there\nline: \`${TOUCH}\` $(${TOUCH}) ; ${TOUCH} 'q" \x1b]0;owned\x07\x1b[31m 9% %F{red}`;
const HOSTILE_MODEL = `$(${TOUCH})\`${TOUCH}\`;it's`;
const KILL_LINE = "\x15";
const LINE_START = "\x01";

async function commandFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "opta-shell-" });
  await Deno.writeTextFile(`${folder}/notes.txt`, "");
  return folder;
}

async function sessionOf(opta: Opta, task: string): Promise<string> {
  return JSON.parse((await opta.run(["do", "--format", "json", task])).stdout).sessionId;
}

async function isThere(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

/** A line of its own, and where the cursor is once the shell has acted on it. */
async function completes(shell: TestTerminal, typed: string, line: string): Promise<void> {
  shell.type(`${KILL_LINE}${typed}\t`);
  await shell.until(({ beforeCursor }) => beforeCursor.startsWith(`$ ${line}`));
}

for (const name of ["bash", "zsh", "fish"] as const) {
  const missing = await missingShell(name);
  if (missing) console.warn(missing);

  Deno.test({
    name: `${name} completes commands, flags, files and sessions, and acts on nothing that a title says`,
    ignore: missing !== null,
    async fn() {
      await using opta = await Opta.create();
      const folder = await commandFolder();
      const id = await sessionOf(opta, "echo pelican");
      await sessionOf(opta, "echo heron");
      assertEquals((await opta.run(["sessions", "rename", id, HOSTILE_TITLE])).code, 0);
      await opta.run(["complete-words", "--refresh"]); // a machine that is busy may be late at the first Tab
      {
        await using shell = await startShell(opta, folder, name);
        await completes(shell, "opta sess", "opta sessions ");
        await completes(shell, "opta do --format=j", "opta do --format=json");
        await completes(shell, "opta daemon logs --fol", "opta daemon logs --follow");
        await completes(shell, "opta do --output=no", "opta do --output=notes.txt");
        await completes(shell, "opta do -o no", "opta do -o notes.txt");
        await completes(shell, 'opta config get "turn.m', 'opta config get "turn.mode');
        await completes(shell, "opta config set turn.mode rev", "opta config set turn.mode review");
        const task = `opta do $(${TOUCH})${name === "bash" ? "" : ` \`${TOUCH}\``}`; // bash looks no further than to `
        await completes(shell, `${task} --qui`, `${task} --quiet`);

        shell.type(`${KILL_LINE}opta sessions show ${name === "bash" ? "\t\t" : "\t"}`);
        await shell.until(`tab here line: \`${TOUCH}\` $(${TOUCH}) ; ${TOUCH} 'q" 9% %F{red}`);
        await shell.until("echo heron");
        shell.type(KILL_LINE); // not Ctrl-C: a shell that has just drawn its list may take that for a signal, and go on
        await shell.until(({ beforeCursor }) => beforeCursor === "$ ");
        await completes(shell, `opta sessions show ${id.slice(0, 16)}`, `opta sessions show ${id}`);
        shell.type("\r");
        await shell.until("pelican");
        assertEquals(shell.title.includes("owned"), false);
      }
      assertEquals(await isThere(`${folder}/${CANARY}`), false);
      await Deno.remove(folder, { recursive: true });
    },
  });

  Deno.test({
    name: `${name} completes from what the daemon said last while none runs, and starts none`,
    ignore: missing !== null,
    async fn() {
      await using opta = await Opta.create();
      const folder = await commandFolder();
      const id = await sessionOf(opta, "echo pelican");
      await opta.run(["complete-words", "--refresh"]);
      await opta.run(["daemon", "stop"]);
      const cache = `${opta.home}/daemon/completions.json`;
      {
        await using shell = await startShell(opta, folder, name);
        await completes(shell, `opta diff ${id.slice(0, 16)}`, `opta diff ${id}`);
        await completes(shell, `opta chat -r ${id.slice(5, 16)}`, `opta chat -r ${id.slice(5)}`);

        const models = [{ id: HOSTILE_MODEL, loaded: true }];
        await Deno.writeTextFile(cache, JSON.stringify({ models }), { mode: 0o600 });
        await completes(shell, "opta models use ", "opta models use ");
        await shell.until(({ beforeCursor }) => beforeCursor.includes(CANARY));
        shell.type(`${LINE_START}echo \r`);
        await shell.until(`\nopta models use ${HOSTILE_MODEL}\n`);

        await Deno.remove(cache);
        const before = shell.text;
        shell.type(`${KILL_LINE}opta diff \t\tx`);
        await shell.until(({ beforeCursor }) => beforeCursor === "$ opta diff x");
        assertEquals(shell.text, `${before.replace(/\$$/, "")}$ opta diff x`);
      }
      assertEquals(await isThere(`${folder}/${CANARY}`), false);
      assertEquals((await opta.run(["daemon", "status"])).code, 4, "a Tab has started a daemon");
      assertEquals(await isThere(`${opta.home}/daemon/state.json`), false);
      await Deno.remove(folder, { recursive: true });
    },
  });
}

/** What people set who have a shell in which others' scripts break. */
const STRICT: Readonly<Record<ShellName, string>> = { bash: "set -u", zsh: "setopt nounset ksh_arrays", fish: "" };
const MODELS = ["qwen3:8b", "qwen3:14b", "gemma@4bit", "gemma@8bit"];

for (const name of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `${name} completes what is quoted, and what it breaks words at, whatever options are set`,
    ignore: await missingShell(name) !== null,
    async fn() {
      await using opta = await Opta.create();
      const folder = await commandFolder();
      await Deno.writeTextFile(`${folder}/two words.txt`, "");
      await Deno.writeTextFile(`${folder}/x=q.txt`, "");
      await Deno.mkdir(`${opta.home}/daemon`, { mode: 0o700 });
      const models = MODELS.map((id) => ({ id }));
      await Deno.writeTextFile(`${opta.home}/daemon/completions.json`, JSON.stringify({ models }), { mode: 0o600 });
      {
        await using shell = await startShell(opta, folder, name, { setup: STRICT[name] });
        assertEquals(shell.text, "$", "loading the script says nothing");
        await completes(shell, "opta -m qwen3:1", "opta -m qwen3:14b ");
        await completes(shell, "opta --model=qwen3:1", "opta --model=qwen3:14b ");
        await completes(shell, "opta --model='qwen3:1", `opta --model=${name === "zsh" ? "" : "'"}qwen3:14b`);
        await completes(shell, "opta models use gemma@8", "opta models use gemma@8bit ");
        await completes(shell, 'opta models use "gemma@8', 'opta models use "gemma@8bit" ');
        await completes(shell, "opta do -o 'tw", "opta do -o 'two words.txt' ");
        await completes(shell, "opta do -o two\\ w", "opta do -o two\\ words.txt ");
        // The others look for the name of a file behind the last "=", whatever the command.
        if (name === "zsh") await completes(shell, "opta do --output=x=q", "opta do --output=x=q.txt ");
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

for (const name of ["bash", "zsh"] as const satisfies ShellName[]) {
  const missing = await missingShell(name);
  Deno.test({
    name: `${name} completes the alias of the README as it does the command`,
    ignore: missing !== null,
    async fn() {
      await using opta = await Opta.create();
      const folder = await commandFolder();
      {
        await using shell = await startShell(opta, folder, name, { asAlias: true });
        await completes(shell, "opta sess", "opta sessions ");
        await completes(shell, "opta config get turn.m", "opta config get turn.mode");
        shell.type(`${KILL_LINE}opta config path\r`);
        await shell.until(`${opta.home}/config.json`);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}

Deno.test("opta completions says which shells it knows, and takes no command name that a shell could act on", async () => {
  await using opta = await Opta.create();
  for (const words of [["tcsh"], []]) {
    const { code, stdout, stderr } = await opta.run(["completions", ...words]);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "bash, zsh, fish, powershell");
  }
  assertEquals((await opta.run(["completions", "bash", "--command", `x;${TOUCH}`])).code, 2);
  const { stdout } = await opta.run(["completions", "bash", "--command", "o"]);
  assertMatch(stdout, /^complete .*__o_complete o$/m);
});

Deno.test("opta complete-words says nothing of what goes wrong", async () => {
  await using opta = await Opta.create();
  await Deno.mkdir(`${opta.home}/daemon/completions.json`, { recursive: true });
  for (const file of ["profiles", "mcp.json", "daemon/state.json"]) {
    await Deno.writeTextFile(`${opta.home}/${file}`, "{");
  }
  for (const words of [["chat", "-r", ""], ["env", "use", ""], ["mcp", "test", ""]]) {
    const { code, stderr } = await opta.run(["complete-words", "zsh", "--", ...words]);
    assertEquals([code, stderr], [0, ""]);
  }
  assertEquals(await opta.run(["complete-words"]).then(({ code, stderr }) => [code, stderr]), [0, ""]);
});

const noPwsh = await missingShell("pwsh");
if (noPwsh) console.warn(noPwsh);
Deno.test({
  name: "PowerShell completes commands, flags and values",
  ignore: noPwsh !== null,
  async fn() {
    await using opta = await Opta.create();
    const folder = await commandFolder();
    const main = new URL("../cli/main.ts", import.meta.url).pathname;
    const run = `function opta { & '${Deno.execPath()}' run -A --quiet '${main}' @args }\n`;
    const ask = (line: string) => `(TabExpansion2 '${line}' ${line.length}).CompletionMatches.CompletionText\n`;
    const lines = ["opta sess", "opta do --format=j", "opta config set turn.mode rev"];
    await Deno.writeTextFile(`${folder}/try.ps1`, run + powershellScript("opta") + lines.map(ask).join(""));
    const { stdout } = await new Deno.Command("pwsh", {
      args: ["-NoProfile", "-File", `${folder}/try.ps1`],
      env: { ...opta.env },
    }).output();
    assertEquals(new TextDecoder().decode(stdout).trim().split(/\r?\n/), ["sessions", "--format=json", "review"]);
    await Deno.remove(folder, { recursive: true });
  },
});
