/** `opta web`: its flags and what it prints. How a page comes in is in `web/`. */
import type { Command } from "@commander-js/extra-typings";
import { Api } from "@opta/protocol/client";
import { findSession } from "../chat/find_session.ts";
import { userNameOf } from "../chat/writer_id.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { baseUrl, readState } from "../daemon_control/find.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note, writeJson, writeOut } from "../output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../sanitize.ts";
import { buildPage } from "../web/build_page.ts";
import { openerOf } from "../web/open_file.ts";
import { openPage } from "../web/open_page.ts";
import { issuePageTicket, type PageTicket } from "../web/page_tickets.ts";

interface WebFlags {
  /** `false`: --no-open. The parser may leave out that it is `true`. */
  open?: boolean;
  session?: string;
  ip?: true;
  json?: true;
}

export function defineWeb(command: Command): void {
  command
    .option("--no-open", "print the address and open nothing")
    .option("--session <id>", "show this session; the beginning of its id is enough")
    .option("--ip", "use 127.0.0.1, for a browser that does not find names of .localhost")
    .option("--json", "print one JSON document on standard output")
    .addHelpText(
      "after",
      `
Starts the daemon when it is not running. Waits until the page has come in.

The address holds a ticket, which is good once and for 30 seconds; the page
takes it out of the address at once. When the daemon has restarted, an open page
asks for this command again, and goes on when it has been run.

Examples:
  opta web --session 3f2a
  opta web --no-open`,
    )
    .action(async (flags) => {
      using interrupt = new Interrupt();
      try {
        Deno.exitCode = await web(flags, Deno.env.toObject(), interrupt.signal);
      } catch (error) {
        if (!interrupt.signal.aborted) throw error;
        Deno.exitCode = ExitCode.cancelled;
      }
    });
}

async function web({ open = true, session, ip, json }: WebFlags, env: Env, signal: AbortSignal): Promise<ExitCode> {
  const { stateDir } = resolvePaths(env);
  const api = new Api(await ensureDaemon({ env, signal }));
  await buildPage(signal);
  const sessionId = session === undefined ? null : await findSession(api, session, signal);
  const introduction = { name: sanitizeLine(userNameOf(env)), sessionId };
  const origins = await pageOrigins(stateDir, ip);
  const opener = open ? openerOf(Deno.build.os, env) : null;

  if (opener) {
    const onWaiting = (ticket: PageTicket) => {
      note(`Still waiting for the browser. If it shows no page, open this address in it within 30 seconds:`);
      note(ticket.address);
    };
    const opened = await openPage({ api, origins, introduction, stateDir, opener, onWaiting, signal });
    if (opened.kind === "opened") {
      if (json) writeJson({ opened: true, origin: opened.origin, sessionId });
      else writeOut(`Opta is open in your browser, at ${opened.origin}\n`);
      return ExitCode.done;
    }
    note(`The page could not be opened: ${opened.reason}`);
  } else if (open) {
    note("There is no desktop here to open a browser on");
  }

  const ticket = await issuePageTicket(api, origins[0] ?? "", introduction, signal);
  const { origin, address, expiresInMs } = ticket;
  if (json) writeJson({ opened: false, origin, sessionId, address, expiresInMs });
  else writeOut(`${address}\n`);
  note(`The address is good once, and for ${expiresInMs / 1_000} seconds`);
  return opener ? ExitCode.failed : ExitCode.done;
}

/** Where a browser finds the page, the best first. @throws {CliError} when the daemon has just gone */
async function pageOrigins(stateDir: string, ip?: true): Promise<string[]> {
  const found = await readState(stateDir);
  if (found.kind === "absent") {
    throw new CliError(`Cannot reach the Opta daemon: ${found.reason}`, ExitCode.daemonUnreachable);
  }
  const { state } = found;
  return [...(state.pageOrigin !== undefined && !ip ? [state.pageOrigin] : []), baseUrl(state)];
}
