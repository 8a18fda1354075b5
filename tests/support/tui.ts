/** What the end-to-end tests of the terminal UI share: keys, and what stands on its screen. */
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import type { Opta } from "./opta.ts";
import type { TestTerminal } from "./test_terminal.ts";

export const ENTER = "\r";
export const ESCAPE = "\x1b";
export const CTRL_C = "\x03";
export const CTRL_D = "\x04";
export const CTRL_L = "\x0c";
export const CTRL_Z = "\x1a";

/** The composer is empty, and the status below it says that the session is live. */
export const isReady = /\n›\n● live[^\n]*(?:\n[^\n]*)?$/;

export async function sessionOf(tui: TestTerminal): Promise<string> {
  await tui.until(isReady);
  return /sess_[\w-]+/.exec(tui.text)![0];
}

export async function pidOfDaemon(opta: Opta): Promise<number> {
  return JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json"))).pid;
}

/** A request for permission is shown, and keys answer it: then it has its colour. */
// deno-lint-ignore no-control-regex
export const takesAnswers = ({ written }: TestTerminal) => /\x1b\[33m[^\x1b]*Allow this\?[^]*$/.test(written);

/** Nothing that was written wipes the screen, or what has scrolled away. */
export function assertWipesNothing({ written }: TestTerminal): void {
  // deno-lint-ignore no-control-regex
  assertEquals(written.match(/\x1b\[[23]J|\x1bc|\x1b\[\?1049h/g), null);
}

/** The terminal is as it was: cursor, pastes, title. */
export function assertRestored(tui: TestTerminal): void {
  assertEquals(
    { cursor: tui.showsCursor, pastes: tui.takesPastes, title: tui.title },
    { cursor: true, pastes: false, title: "" },
  );
}
