/** The text of the launchd property list. What the keys mean: launchd.plist(5). */
import { MARKER, refuseControls, type ServiceFacts } from "./service_facts.ts";

/** The name of the job. */
export const LAUNCHD_LABEL = "opta.daemon";

/** Seconds for a stop; longer than the daemon itself allows for one. */
const STOP_WITHIN_S = 20;
/** Seconds between two starts of a daemon that fails. */
const THROTTLE_S = 10;

/** @throws {CliError} when a path or value cannot stand in it */
export function launchdPlist({ command, environment, home, outputFile }: ServiceFacts): string {
  const words = command.map((word) => `    ${string(word, "the command")}`).join("\n");
  const variables = Object.entries(environment).map(([name, value]) => `    ${key(name)}\n    ${string(value, name)}`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
${plistHead(home)}
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LAUNCHD_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${words}
  </array>
  <key>EnvironmentVariables</key>
  <dict>
${variables.join("\n")}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>${THROTTLE_S}</integer>
  <key>ExitTimeOut</key>
  <integer>${STOP_WITHIN_S}</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>StandardOutPath</key>
  ${string(outputFile, "the path of the log")}
  <key>StandardErrorPath</key>
  ${string(outputFile, "the path of the log")}
</dict>
</plist>
`;
}

/** The comments by which the file is known as Opta's own, and as the one of this folder. */
export function plistHead(home: string): string {
  // Two hyphens would end the comment.
  const shown = escapeXml(refuseControls(home, "Opta's folder")).replaceAll("-", "&#45;");
  return `<!-- ${MARKER} -->\n<!-- Home: ${shown} -->`;
}

function key(text: string): string {
  return `<key>${escapeXml(text)}</key>`;
}

function string(text: string, what: string): string {
  return `<string>${escapeXml(refuseControls(text, what))}</string>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
