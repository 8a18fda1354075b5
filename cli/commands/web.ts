/** `opta web`: its flags and what it prints. How a page comes in is in `web/`. */
import type { Command } from "@commander-js/extra-typings";
import type { StateFile } from "@opta/protocol";
import { Api, ApiError } from "@opta/protocol/client";
import { findSession } from "../chat/find_session.ts";
import { userNameOf } from "../chat/writer_id.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { baseUrl, readState } from "../daemon_control/find.ts";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { buildPage } from "../web/build_page.ts";
import { openerOf } from "../web/open_file.ts";
import { openPage } from "../web/open_page.ts";
import { pageOrigin } from "../web/page_origin.ts";
import { issuePageTicket, type PageTicket } from "../web/page_tickets.ts";

interface WebFlags {
  /** `false`: --no-open. */
  open: boolean;
  session?: string;
  ip?: true;
  page?: string;
  json?: true;
}

export function defineWeb(command: Command): void {
  command
    .option("--no-open", "print the address and open nothing")
    .option("--session <id>", "show this session; the beginning of its id is enough")
    .option("--ip", "use 127.0.0.1, for a browser that does not find names of .localhost")
    .option("--page <url>", "open this page of another web app, of an origin that is allowed")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      `
Starts the daemon when it is not running. Waits until the page has come in.

The address holds a ticket, which is good once and for 30 seconds; the page
takes it out of the address at once. When the daemon has restarted, an open page
asks for this command again, and goes on when it has been run.`,
    )
    .addHelpText(
      "after",
      examples("opta web --session 3f2a", "opta web --no-open", "opta web --page http://localhost:5173/"),
    )
    .action(async (flags) => {
      using interrupt = new Interrupt();
      try {
        Deno.exitCode = await web(flags, Deno.env.toObject(), interrupt.signal);
      } catch (error) {
        if (!interrupt.signal.aborted) throw explained(error, flags.page);
        Deno.exitCode = ExitCode.cancelled;
      }
    });
}

async function web(
  { open, session, ip, page: foreign, json }: WebFlags,
  env: Env,
  signal: AbortSignal,
): Promise<ExitCode> {
  const { stateDir } = resolvePaths(env);
  const api = new Api(await ensureDaemon({ env, signal }));
  await buildPage(signal);
  const sessionId = session === undefined ? null : await findSession(api, session, signal);
  const introduction = { name: sanitizeLine(userNameOf(env)), sessionId };
  const state = await runningState(stateDir);
  const atAddress = foreign === undefined ? `${baseUrl(state)}/` : pageAddress(foreign);
  const page = ip || foreign !== undefined ? atAddress : `${await pageOrigin(state, Deno.build.os)}/`;
  const opener = open ? openerOf(Deno.build.os, env) : null;

  if (opener) {
    const onWaiting = (ticket: PageTicket) => {
      note(`Still waiting for the browser. If it shows no page, open this address in it within 30 seconds:`);
      note(ticket.address);
    };
    const opened = await openPage({
      api,
      page,
      sparePage: atAddress,
      introduction,
      stateDir,
      opener,
      onWaiting,
      signal,
    });
    if (opened.kind === "opened") {
      if (json) writeJson({ opened: true, origin: opened.origin, sessionId });
      else writeOut(`Opta is open in your browser, at ${opened.origin}\n`);
      return ExitCode.done;
    }
    note(`The page could not be opened: ${opened.reason}`);
  } else if (open) {
    note("There is no desktop here to open a browser on");
  }

  const ticket = await issuePageTicket(api, page, introduction, signal);
  const { origin, expiresInMs } = ticket;
  if (json) writeJson({ opened: false, origin, sessionId, address: ticket.address, expiresInMs });
  else writeOut(`${ticket.address}\n`);
  note(`The address is good once, and for ${expiresInMs / 1_000} seconds`);
  return opener ? ExitCode.failed : ExitCode.done;
}

/** Of a page of another app. A fragment goes: the ticket takes its place. */
function pageAddress(text: string): string {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "") {
    throw new CliError(`--page ${JSON.stringify(text)} is no page, such as http://localhost:5173/`, ExitCode.usage);
  }
  url.hash = "";
  return url.href;
}

/** A refusal of an origin, with what to do about it. */
function explained(error: unknown, page: string | undefined): unknown {
  if (page === undefined || !(error instanceof ApiError) || error.code !== "forbidden_origin") return error;
  const { origin } = new URL(page);
  const message = `Pages of ${origin} may not use the daemon. Allow them with ` +
    `"opta config set daemon.allowedOrigins ${origin}" and "opta daemon restart"`;
  return new CliError(message, ExitCode.failed, { cause: error });
}

/** @throws {CliError} when the daemon has just gone */
async function runningState(stateDir: string): Promise<StateFile> {
  const found = await readState(stateDir);
  if (found.kind === "state") return found.state;
  throw new CliError(`Cannot reach the Opta daemon: ${found.reason}`, ExitCode.daemonUnreachable);
}
