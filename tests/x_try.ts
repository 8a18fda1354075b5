import { Opta } from "./support/opta.ts";
import { startShell, type ShellName } from "./support/shell.ts";
const [name, alias, ...keys] = Deno.args;
const opta = await Opta.create();
const folder = await Deno.makeTempDir();
const id1 = JSON.parse((await opta.run(["do","--format","json","echo one"])).stdout).sessionId;
const id2 = JSON.parse((await opta.run(["do","--format","json","echo two"])).stdout).sessionId;
console.log(id1,id2);
const evil = `a\tb\nc: d \`touch ${folder}/X\` $(touch ${folder}/X) 'q" \x1b]0;own\x07\x1b[31m 100% %F{red} %{ %n ; touch ${folder}/X; \\ * ~ {a,b}`;
console.log(await opta.run(["sessions","rename",id1,evil]));
{
  await using shell = await startShell(opta, folder, name as ShellName, { asAlias: alias === "alias" });
  for (const k of keys) {
    shell.type(k.replaceAll("\\t","\t").replaceAll("\\r","\r").replaceAll("\\x03", "\x03").replaceAll("ID1", id1));
    await new Promise((r) => setTimeout(r, 1500));
    console.log("=====", k); console.log(shell.text.trimEnd().split("\n").slice(-7).join("\n")); console.log("title", shell.title);
  }
  shell.hangUp;
}
for await (const e of Deno.readDir(folder)) console.log(e.name);
await opta[Symbol.asyncDispose]();
Deno.exit();
