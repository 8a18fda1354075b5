/** Has the desktop open a file with the program that is meant for it. */
import { spawn } from "node:child_process";
import type { Env } from "../paths.ts";

/** What opens a file; `null` where there is no desktop to open it on. */
export function openerOf(os: typeof Deno.build.os, env: Env): [command: string, ...args: string[]] | null {
  switch (os) {
    case "darwin":
      return ["open"];
    case "windows":
      return ["rundll32", "url.dll,FileProtocolHandler"];
    default:
      return env.DISPLAY || env.WAYLAND_DISPLAY ? ["xdg-open"] : null;
  }
}

/**
 * Resolves with what went wrong, as soon as that is known; with `null` when the opener has ended well, which it may do
 * late: some live as long as the browser.
 */
export function openFile([command, ...args]: [string, ...string[]], path: string): Promise<string | null> {
  // A group of its own: Ctrl-C here must not end a browser that was started for this.
  const child = spawn(command, [...args, path], { detached: true, stdio: "ignore" });
  child.unref();
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`${command}: ${error.message}`));
    child.once("exit", (code, signal) => resolve(code === 0 ? null : `${command} ended with ${signal ?? code}`));
  });
}
