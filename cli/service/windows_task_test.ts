import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import type { ServiceFacts } from "./service_facts.ts";
import { windowsTask } from "./windows_task.ts";

const facts: ServiceFacts = {
  command: ["C:\\Program Files\\deno.exe", "run", "-A", "C:\\Ann & Bob\\cli\\main.ts", "daemon", "run", "--if-none"],
  environment: {},
  home: "C:\\Users\\ann\\.config\\opta",
  outputFile: "",
};

Deno.test("windowsTask() is the task that runs the daemon at logon, without a window", () => {
  assertEquals(
    windowsTask(facts, "PC\\ann"),
    `<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>Opta: the daemon that owns AI chat and coding sessions. Written by &quot;opta daemon install&quot;; &quot;opta daemon uninstall&quot; removes it. Home: C:\\Users\\ann\\.config\\opta</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
      <UserId>PC\\ann</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>PC\\ann</UserId>
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
      <Count>5</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>%SystemRoot%\\System32\\conhost.exe</Command>
      <Arguments>--headless &quot;C:\\Program Files\\deno.exe&quot; run -A &quot;C:\\Ann &amp; Bob\\cli\\main.ts&quot; daemon run --if-none</Arguments>
    </Exec>
  </Actions>
</Task>
`,
  );
});

for (const path of ["C:\\100%\\deno.exe", "C:\\$(Arg0)\\deno.exe", 'C:\\a"b', "C:\\a\nb"]) {
  Deno.test(`windowsTask() refuses ${JSON.stringify(path)}, which a task cannot hold as it is`, () => {
    assertThrows(() => windowsTask({ ...facts, command: [path] }, "ann"), CliError, "Cannot install the service");
  });
}

Deno.test("windowsTask() keeps a backslash before the closing quote from taking it away", () => {
  assertStringIncludes(windowsTask({ ...facts, command: ["C:\\a b\\"] }, "ann"), "&quot;C:\\a b\\\\&quot;");
});
