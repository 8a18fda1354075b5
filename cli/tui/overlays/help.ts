/** The overlays of help: the commands, and the keys. Made of the tables that both are carried out by. */
import { describeKeys } from "@opta/view/permission/permission_keys";
import { commands, tips } from "../../chat/slash_command.ts";
import { keyRows, type Scope, scopeTitles } from "../key_map.ts";
import { ownCommands } from "../overlay_commands.ts";
import type { OverlayFactory } from "../overlay.ts";
import { documentOf, type Section } from "../text_document.ts";
import { Viewer } from "./viewer.ts";

type Rows = readonly (readonly [name: string, what: string])[];

export const helpOverlay: OverlayFactory = ({ theme, close, show }) => {
  const text = documentOf([
    ...section("Commands", commandRows()),
    ...section("To be known", tips.map((tip) => ["", tip])),
  ]);
  return new Viewer({
    ...{ title: () => "Help", theme: theme.get, text: () => text, close },
    hints: () => ["Tab keys"],
    onKey(key) {
      if (key.name === "tab") show("keys");
      return key.name === "tab";
    },
  });
};

export const keysOverlay: OverlayFactory = ({ theme, close, show }) => {
  const text = documentOf(
    Object.entries(scopeTitles).flatMap(([scope, title]) => section(title, rowsOf(scope as Scope))),
  );
  return new Viewer({
    ...{ title: () => "Keys", theme: theme.get, text: () => text, close },
    hints: () => ["Tab commands"],
    onKey(key) {
      if (key.name === "tab") show("help");
      return key.name === "tab";
    },
  });
};

function commandRows(): Rows {
  const shared = Object.entries(commands).map(([name, { argument, summary }]) =>
    [`/${name}${argument && ` ${argument}`}`, summary] as const
  );
  return [...shared, ...ownCommands.map(([name, summary]) => [`/${name}`, summary] as const)];
}

/** The keys of a place, the letters among them. */
export function rowsOf(scope: Scope): Rows {
  if (scope === "viewer") {
    return [...keyRows(scope), ["/", "search"], ["n, N", "to what was searched for, further down or up"]];
  }
  if (scope !== "permission") return keyRows(scope);
  const all = { canWiden: true, canExplain: true, isFolded: false };
  const answers = [
    describeKeys({ ...all, answers: null }),
    describeKeys({ ...all, answers: ["", ""] }).replace("1 to 2", "1 to 9"),
  ];
  const letters = answers.flatMap((line) => line.split(" · ")).map((key): readonly [string, string] => {
    const [name = "", what = ""] = /^(\S+(?: to \S+)?) (.*)$/.exec(key)?.slice(1) ?? [];
    return [name, what];
  });
  return [...letters, ...keyRows(scope)];
}

function section(title: string, rows: Rows): Section[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  const gap = width === 0 ? "" : "  ";
  return [
    { text: title, role: "heading" },
    ...rows.map(([name, what]): Section => ({ text: `  ${name.padEnd(width)}${gap}${what}` })),
    { text: "" },
  ];
}
