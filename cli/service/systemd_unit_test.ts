import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { serviceFacts } from "./service_facts.ts";
import type { ServiceFacts } from "./service_facts.ts";
import { systemdUnit } from "./systemd_unit.ts";

const facts: ServiceFacts = {
  command: ["/opt/deno", "run", "-A", "--quiet", "/opt/opta/cli/main.ts", "daemon", "run", "--if-none"],
  environment: { PATH: "/usr/bin", OPTA_HOME: "/home/ann/opta" },
  home: "/home/ann/opta",
  outputFile: "/home/ann/opta/daemon/daemon.stderr",
};

Deno.test("systemdUnit() is the unit that runs the daemon at login", () => {
  assertEquals(
    systemdUnit(facts),
    `# Written by "opta daemon install"; "opta daemon uninstall" removes it.
# Home: "/home/ann/opta"

[Unit]
Description=Opta: the daemon that owns AI chat and coding sessions
StartLimitIntervalSec=120
StartLimitBurst=5

[Service]
Type=exec
ExecStart="/opt/deno" "run" "-A" "--quiet" "/opt/opta/cli/main.ts" "daemon" "run" "--if-none"
Environment="PATH=/usr/bin"
Environment="OPTA_HOME=/home/ann/opta"
Restart=on-failure
RestartSec=2
# Wrong usage, as an invalid setting, is wrong again the next time.
RestartPreventExitStatus=2
# One signal, to the command alone, which passes it on: the daemon takes a second one for "end at once".
KillMode=mixed
TimeoutStopSec=20
# A command of a tool that takes all memory costs itself, not the daemon.
OOMPolicy=continue
# What lies in the daemon's memory is private.
LimitCORE=0:infinity

[Install]
WantedBy=default.target
`,
  );
});

/** What systemd makes of a line again: systemd.syntax(7), and for arguments the variables of systemd.service(5). */
function readBack(line: string, isCommand: boolean): string[] {
  const words = line.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  assertEquals(words.join(" "), line, "every word stands in quotes");
  return words.map((word, i) => {
    const text = word.slice(1, -1).replace(/\\(.)/g, "$1").replace(/%%/g, "\0");
    assertEquals(/%/.test(text), false, "a specifier would be filled in");
    const plain = text.replaceAll("\0", "%");
    if (!isCommand || i === 0) return plain;
    assertEquals(/\$/.test(plain.replaceAll("$$", "")), false, "a variable would be filled in");
    return plain.replaceAll("$$", "$");
  });
}

const hostile = [
  "/a b/deno",
  '/a"b',
  "/a'b",
  "/a\\b",
  "/100%h",
  "/a%%b",
  "/a$HOME${HOME}b",
  "/a;b #c",
  "/grün/x",
  "/a&b<c>",
];

for (const path of hostile) {
  Deno.test(`systemdUnit() holds ${path} as it is`, () => {
    const command = [/["'\\]/.test(path) ? "/opt/deno" : path, "run", path, "daemon"] as const;
    const unit = systemdUnit({ ...facts, command, environment: { OPTA_HOME: path }, home: path });
    const lineOf = (name: string) => new RegExp(`^${name}=(.*)$`, "m").exec(unit)?.[1] ?? "";
    assertEquals(readBack(lineOf("ExecStart"), true), [...command]);
    assertEquals(readBack(lineOf("Environment"), false), [`OPTA_HOME=${path}`]);
    assertStringIncludes(unit, `# Home: ${JSON.stringify(path)}\n`);
  });
}

for (const path of ["/a\nExecStartPre=/bin/evil", "/a\rb", "/a\0b", "/a\x1b[31m", "/a\tb"]) {
  Deno.test(`systemdUnit() refuses ${JSON.stringify(path)}, wherever it stands`, () => {
    assertThrows(() => systemdUnit({ ...facts, command: [path] }), CliError, "line break");
    assertThrows(() => systemdUnit({ ...facts, command: ["/opt/deno", path] }), CliError, "line break");
    assertThrows(() => systemdUnit({ ...facts, environment: { PATH: path } }), CliError, "PATH holds a line break");
    assertThrows(() => systemdUnit({ ...facts, home: path }), CliError, "line break");
  });
}

for (const path of ['/a"b/deno', "/it's/deno", "/a\\b/deno"]) {
  Deno.test(`systemdUnit() refuses the runtime ${path}, which systemd would not run`, () => {
    assertThrows(() => systemdUnit({ ...facts, command: [path] }), CliError, "systemd cannot run");
  });
}

Deno.test("systemdUnit() passes systemd's own check", async () => {
  if (Deno.build.os !== "linux" || !await isThere("systemd-analyze")) return; // readBack() above knows the rules, too
  const temp = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-unit-" }));
  const folder = `${temp}/100%h "of" it's $HOME; \\ #grün`;
  try {
    await Deno.mkdir(`${temp}/runtime`);
    await Deno.mkdir(folder);
    const runtime = `${temp}/100%h of $HOME; #grün deno`;
    await Deno.symlink(Deno.execPath(), runtime);
    const paths = { home: folder, configFile: "", stateDir: folder };
    const { command: [, ...args], ...rest } = serviceFacts(paths, { PATH: "/a b:/c%d", OPTA_HOME: folder });
    const unit = systemdUnit({ ...rest, command: [runtime, ...args, folder] });
    const check = async (text: string) => {
      await Deno.writeTextFile(`${temp}/opta.service`, text);
      const command = new Deno.Command("systemd-analyze", {
        args: ["--user", "--man=no", "--generators=no", "verify", `${temp}/opta.service`],
        env: { XDG_RUNTIME_DIR: `${temp}/runtime`, SYSTEMD_LOG_LEVEL: "warning" },
      });
      const { code, stderr } = await command.output();
      const said = new TextDecoder().decode(stderr).split("\n").filter((line) => line.includes("opta.service"));
      return { code, said };
    };
    assertEquals(await check(unit), { code: 0, said: [] });
    const spoilt = await check(unit.replace("KillMode=mixed", "KillMode=mixt"));
    assertEquals(spoilt.said.length > 0, true, "the check finds what is wrong");
  } finally {
    await Deno.remove(temp, { recursive: true });
  }
});

async function isThere(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null" }).output()).success;
  } catch {
    return false; // no systemd here
  }
}
