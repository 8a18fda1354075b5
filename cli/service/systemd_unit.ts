/**
 * The text of the systemd user unit. What the words mean: systemd.service(5), systemd.exec(5) and systemd.syntax(7).
 *
 * No directive confines the daemon: Deno does that (see `daemon_control/permissions.ts`), and its tools' commands must be
 * able to do here what they can do under a daemon that was started by hand, namespaces and sudo included.
 */
import { CliError, ExitCode } from "../exit.ts";
import { DESCRIPTION, MARKER, refuseControls, type ServiceFacts } from "./service_facts.ts";

/** Seconds before a daemon that failed is started again. */
const RESTART_AFTER_S = 2;
/** It is given up after so many starts within so many seconds: a spoilt config does not mend itself. */
const START_LIMIT = { starts: 5, withinS: 120 };
/** Seconds for a stop; longer than the daemon itself allows for one. */
const STOP_WITHIN_S = 20;

/** @throws {CliError} when a path or value cannot stand in a unit */
export function systemdUnit({ command: [program, ...args], environment, home }: ServiceFacts): string {
  const words = [quoteProgram(program), ...args.map(quoteArgument)];
  const variables = Object.entries(environment).map(([name, value]) =>
    `Environment=${quote(`${name}=${value}`, name)}`
  );
  return `${unitHead(home)}

[Unit]
Description=${DESCRIPTION}
StartLimitIntervalSec=${START_LIMIT.withinS}
StartLimitBurst=${START_LIMIT.starts}

[Service]
Type=exec
ExecStart=${words.join(" ")}
${variables.map((line) => `${line}\n`).join("")}Restart=on-failure
RestartSec=${RESTART_AFTER_S}
# Wrong usage, as an invalid setting, is wrong again the next time.
RestartPreventExitStatus=${ExitCode.usage}
# One signal, to the command alone, which passes it on: the daemon takes a second one for "end at once".
KillMode=mixed
TimeoutStopSec=${STOP_WITHIN_S}
# A command of a tool that takes all memory costs itself, not the daemon.
OOMPolicy=continue
# What lies in the daemon's memory is private.
LimitCORE=0:infinity

[Install]
WantedBy=default.target
`;
}

/** The first lines, by which the unit is known as Opta's own, and as the one of this folder. */
export function unitHead(home: string): string {
  return `# ${MARKER}\n# Home: ${JSON.stringify(refuseControls(home, "Opta's folder"))}`;
}

/** `$` begins a variable in arguments, but not in the path of the program. */
function quoteArgument(text: string): string {
  return quote(text, "an argument").replaceAll("$", "$$$$");
}

/** systemd runs no program whose path holds quotes or backslashes. */
function quoteProgram(path: string): string {
  if (/["'\\]/.test(path)) {
    throw new CliError(
      `Cannot install the service: systemd cannot run ${
        JSON.stringify(path)
      }, for the path holds quotes or a backslash. ` +
        "Move the runtime to another folder",
    );
  }
  return quote(path, "the path of the runtime");
}

/** In quotes a space is part of the word; `%` would begin a specifier all the same. */
function quote(text: string, what: string): string {
  const escaped = refuseControls(text, what).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("%", "%%");
  return `"${escaped}"`;
}
