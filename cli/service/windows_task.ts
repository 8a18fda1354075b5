/**
 * The definition of the task that the Windows Task Scheduler runs at logon. What the elements mean: the Task Scheduler
 * Schema. A task has the variables of the user's account and none of its own.
 */
import { CliError } from "../exit.ts";
import { escapeXml } from "./launchd_plist.ts";
import { DESCRIPTION, MARKER, refuseControls, type ServiceFacts } from "./service_facts.ts";

export const TASK_NAME = "Opta daemon";

/** Times that a daemon which failed is started again, a minute apart: the scheduler knows nothing shorter. */
const RESTARTS = 5;

/**
 * @param user `DOMAIN\name`
 * @throws {CliError} when a path cannot stand in a task
 */
export function windowsTask({ command, home }: ServiceFacts, user: string): string {
  return `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>${escapeXml(`${DESCRIPTION}. ${taskHead(home)}`)}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>${escapeXml(refuseControls(user, "the name of the user"))}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>${escapeXml(user)}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>${RESTARTS}</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%SystemRoot%\\System32\\conhost.exe</Command>
      <Arguments>${escapeXml(["--headless", ...command.map(quote)].join(" "))}</Arguments>
    </Exec>
  </Actions>
</Task>
`;
}

/** The words by which the task is known as Opta's own, and as the one of this folder. */
export function taskHead(home: string): string {
  return `${MARKER} Home: ${refuseControls(home, "Opta's folder")}`;
}

/** The scheduler fills in `%NAME%` and `$(NAME)`, and has no way to write either as it is. */
function quote(word: string): string {
  if (/%|\$\(|"/.test(refuseControls(word, "the command"))) {
    throw new CliError(
      `Cannot install the service: a Windows task cannot hold %, $( or quotes, as in ${JSON.stringify(word)}. ` +
        "Move Opta or its runtime to another folder",
    );
  }
  return /[\s&^|<>()]/.test(word) ? `"${word.replace(/\\+$/, "$&$&")}"` : word;
}
