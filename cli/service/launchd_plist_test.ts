import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { launchdPlist } from "./launchd_plist.ts";
import type { ServiceFacts } from "./service_facts.ts";

const facts: ServiceFacts = {
  command: ["/opt/deno", "run", "/opt/opta & co/cli/main.ts", "daemon", "run", "--if-none"],
  environment: { PATH: '/usr/bin:/a "b"', OPTA_HOME: "/Users/ann/<opta>" },
  home: "/Users/ann/<opta>",
  outputFile: "/Users/ann/<opta>/daemon/daemon.stderr",
};

Deno.test("launchdPlist() is the agent that runs the daemon at login, and again after a crash alone", () => {
  assertEquals(
    launchdPlist(facts),
    `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by "opta daemon install"; "opta daemon uninstall" removes it. -->
<!-- Home: /Users/ann/&lt;opta&gt; -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>opta.daemon</string>
  <key>ProgramArguments</key>
  <array>
    <string>/opt/deno</string>
    <string>run</string>
    <string>/opt/opta &amp; co/cli/main.ts</string>
    <string>daemon</string>
    <string>run</string>
    <string>--if-none</string>
  </array>
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    <string>/usr/bin:/a &quot;b&quot;</string>
    <key>OPTA_HOME</key>
    <string>/Users/ann/&lt;opta&gt;</string>
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ThrottleInterval</key>
  <integer>10</integer>
  <key>ExitTimeOut</key>
  <integer>20</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>StandardOutPath</key>
  <string>/Users/ann/&lt;opta&gt;/daemon/daemon.stderr</string>
  <key>StandardErrorPath</key>
  <string>/Users/ann/&lt;opta&gt;/daemon/daemon.stderr</string>
</dict>
</plist>
`,
  );
});

Deno.test("launchdPlist() lets no path end a comment", () => {
  const plist = launchdPlist({ ...facts, home: "/a--><evil/>--b-" });
  const comments = [...plist.matchAll(/<!--(.*?)-->/gs)].map(([, text]) => text ?? "");
  assertEquals(comments.some((text) => text.includes("--") || text.endsWith("-")), false);
  assertEquals(plist.includes("<evil/>"), false);
  assertStringIncludes(plist, "&lt;evil/&gt;");
});

for (const path of ["/a\n<key>", "/a\0b", "/a\x1b"]) {
  Deno.test(`launchdPlist() refuses ${JSON.stringify(path)}, wherever it stands`, () => {
    assertThrows(() => launchdPlist({ ...facts, command: [path] }), CliError, "line break");
    assertThrows(() => launchdPlist({ ...facts, environment: { PATH: path } }), CliError, "PATH holds a line break");
    assertThrows(() => launchdPlist({ ...facts, home: path }), CliError, "line break");
  });
}
