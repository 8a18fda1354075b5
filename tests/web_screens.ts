/** `deno task web:screens`: photographs the main views of the page, with a scripted model, into docs/screenshots. */
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { Agent, type Call, endOf } from "./support/agent.ts";
import { Chromium } from "./support/chromium.ts";
import { soon } from "./support/session.ts";
import { nextFrame, openPage } from "./support/web_page.ts";

const folder = new URL("../docs/screenshots/", import.meta.url);
const wide = { width: 1_180, height: 760 };
const narrow = { width: 390, height: 780 };

const before = `export function parse(text: string): Entry[] {
  const lines = text.split("\\n");
  return lines.map((line) => {
    const [name, value] = line.split("=");
    return { name, value };
  });
}
`;
const after = before
  .replace(
    'lines.map((line) => {\n    const [name, value] = line.split("=");',
    'lines.filter((line) => line.trim() !== "").map((line) => {\n    const at = line.indexOf("=");\n    const [name, value] = [line.slice(0, at), line.slice(at + 1)];',
  );

const finding = `The parser loses everything after a second \`=\`, and an empty line becomes an entry:

\`\`\`ts
parse("url=http://host/?a=b\\n"); // value: "http://host/?a"
\`\`\`

Two changes mend that:

1. cut at the **first** \`=\` only
2. leave empty lines out

| input | before | after |
|:--|:--|:--|
| \`a=b=c\` | \`b\` | \`b=c\` |
| an empty line | an entry | nothing |
`;

async function photograph(page: Page, name: string, colorScheme: "light" | "dark", viewport = wide): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await page.setViewportSize(viewport);
  await nextFrame(page);
  await page.mouse.move(0, 0);
  const path = fileURLToPath(new URL(`web-${name}.png`, folder));
  await page.screenshot({ path });
  console.log(`${path} ${Math.round((await Deno.stat(path)).size / 1_000)} kB`);
}

await Deno.mkdir(folder, { recursive: true });
await using agent = await Agent.start();
await using chromium = await Chromium.launch();
const { model } = agent;
await Deno.writeTextFile(agent.path("parse.ts"), before);

const titles = [
  "Release notes for 0.6",
  "Why is the import slow?",
  "Plan the move to SQLite",
  "Explain the retry rules",
];
for (const title of titles) {
  const other = await agent.session();
  await using client = agent.attach(other, "bob (laptop)");
  const { turnId } = await client.submit(title, { signal: soon() });
  await endOf(client, turnId);
}

const sessionId = await agent.session();
await using terminal = agent.attach(sessionId, "bob (laptop)");
const say = async (content: string, calls: Call[][], tokens: string[]) => {
  await model.script({ tokens, pace: 60, times: 1 });
  await agent.script(...calls);
  const { turnId } = await terminal.submit(content, { overrides: { dangerous: true }, signal: soon() });
  await endOf(terminal, turnId);
};
await say(
  "Look at parse.ts: what does it get wrong?",
  [[["read_file", { path: "parse.ts" }]]],
  finding.split(/(?<= )/),
);

const page = await openPage(agent.daemon, chromium, { sessionId });
await page.locator(".hl-string").first().waitFor();
await page.locator(".presence li").waitFor();
await photograph(page, "conversation", "light");
await photograph(page, "conversation-dark", "dark");
await photograph(page, "phone", "dark", narrow);
await page.getByRole("button", { name: "Sessions", exact: true }).click();
await page.locator(".app-drawer").waitFor();
await photograph(page, "phone-sessions", "light", narrow);
await page.getByRole("button", { name: "Close the list" }).click();
await page.setViewportSize(wide);

await model.script({
  tokens: "Now `parse()` cuts at the first `=` and leaves empty lines out.".split(/(?<= )/),
  pace: 60,
  times: 1,
});
await agent.script([["edit_file", { path: "parse.ts", old_string: before, new_string: after }]]);
await page.locator("#composer").fill("Mend it, please");
await page.locator("#composer").press("Enter");
await page.locator("#permission").waitFor();
const test = await terminal.submit("And write a test for both", { mode: "do", signal: soon() });
await page.locator(".queue li").waitFor();
await page.locator("#permission.permission-open").waitFor();
await photograph(page, "permission", "light");
await photograph(page, "permission-dark", "dark");
await photograph(page, "phone-permission", "light", narrow);
await page.setViewportSize(wide);
await terminal.cancel({ turnId: test.turnId });
await page.getByRole("button", { name: /^Allow y/ }).click();
await terminal.until(({ active, queue }) => active === null && queue.length === 0, soon());
await page.locator(".session-rests").nth(titles.length).waitFor();
await page.locator(".tool-ok").last().locator("summary").click();
await page.locator(".tool .line-added").waitFor();
await photograph(page, "change", "dark");

await page.keyboard.press("Control+/");
await page.locator(".help dl").first().waitFor();
await photograph(page, "keys", "light");
await page.keyboard.press("Escape");
await page.getByRole("button", { name: "Usage" }).click();
await page.locator(".usage table").waitFor();
await photograph(page, "usage", "light");
await page.getByRole("button", { name: "New chat" }).click();
await page.locator(".welcome").waitFor();
await photograph(page, "new-chat", "light");
