/**
 * A model that attacks its user, through the real daemon and its real tools. Everything is approved beforehand
 * (`--dangerous`), so that permission is not what stops it; what does is told in the result of the tool, and nothing has
 * happened. Once with the machine's sandbox, once with none.
 */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { stateFiles } from "@opta/protocol";
import { fileURLToPath } from "node:url";
import { HostError, HostProcess } from "../daemon/tools/host/host_process.ts";
import { MAX_RESULT_LENGTH } from "../daemon/tools/tool.ts";
import { Agent, API_KEY, cacheFolder, type Call, endOf, openRequest, SECRET, toolsOf } from "./support/agent.ts";
import { childrenOf, commandLineOf, processesWith, untilFile, untilGone, unusualSeconds } from "./support/processes.ts";
import { soon } from "./support/session.ts";

const isLinux = Deno.build.os === "linux";

for (const hasSandbox of [true, false]) {
  const how = hasSandbox ? "with a sandbox" : "without a sandbox";

  Deno.test({
    name: `file tools and web_fetch go nowhere that a model should not, ${how} [security 7]`,
    ignore: !isLinux,
    async fn() {
      await using agent = await Agent.start({ hasSandbox });
      const sessionId = await agent.session();
      await using client = agent.attach(sessionId);
      await Deno.symlink(agent.outside(), agent.path("out"));
      await Deno.symlink(agent.outside("new"), agent.path("new-link"));
      await Deno.symlink(agent.home(".ssh/id_rsa"), agent.path("key-link"));
      let reached = 0;
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
        reached++;
        return new Response(SECRET);
      });
      const outside = /lies outside of the folders of this session|is closed to tools|symlink that leads nowhere/;
      const closed = /not on the public internet/;
      const attacks: [Call, RegExp][] = [
        [["read_file", { path: agent.home(".ssh/id_rsa") }], outside],
        [["read_file", { path: "../home/.ssh/id_rsa" }], outside],
        [["read_file", { path: "key-link" }], outside],
        [["read_file", { path: `/proc/self/root${agent.home(".ssh/id_rsa")}` }], outside],
        [["read_file", { path: `${agent.daemon.stateDir}/${stateFiles.state}` }], outside],
        [["search_files", { pattern: "KEY", path: agent.home(), include_ignored: true }], outside],
        [["list_dir", { path: ".." }], outside],
        [["find_files", { pattern: "**/id_rsa", path: "out" }], outside],
        [["write_file", { path: "out/new", content: "x" }], outside],
        [["write_file", { path: "new-link", content: "x" }], outside],
        [["write_file", { path: "../outside/new", content: "x" }], outside],
        [["write_file", { path: agent.home(".bashrc"), content: "x" }], outside],
        [["delete_file", { path: "out/secret" }], outside],
        [["edit_file", { path: "out/secret", old_string: "KEY", new_string: "x" }], outside],
        [["run_command", { command: "pwd", cwd: "out" }], /outside the workspace/],
        [["bg_start", { command: "pwd", cwd: agent.home() }], /outside the workspace/],
        [["web_fetch", { url: "http://169.254.169.254/latest/meta-data/" }], closed],
        [["web_fetch", { url: `http://127.0.0.1:${server.addr.port}/` }], closed],
        [["web_fetch", { url: `http://localhost:${server.addr.port}/` }], closed],
        [["web_fetch", { url: `${agent.daemon.baseUrl}/v3/health` }], closed],
        [["web_fetch", { url: `file://${agent.home(".ssh/id_rsa")}` }], /http/],
      ];
      try {
        for (const [call, why] of attacks) {
          const { end } = await agent.call(client, call);
          assertEquals(end?.ok, false, JSON.stringify(call));
          assertMatch(end?.result ?? "", why, JSON.stringify(call));
        }
      } finally {
        await server.shutdown();
      }
      assertEquals(reached, 0);
      const left = await Array.fromAsync(Deno.readDir(agent.outside()), ({ name }) => name);
      assertEquals([left, await Deno.readTextFile(agent.outside("secret"))], [["secret"], SECRET]);
      assertEquals(await Deno.readTextFile(agent.home(".bashrc")), "# as it was\n");
      const log = await agent.log(sessionId);
      assert(!log.includes(SECRET) && !log.includes(agent.daemon.token));
    },
  });

  Deno.test({
    name: `a command gets no secret in its environment, and fills neither memory nor the log, ${how} [security 8]`,
    ignore: !isLinux,
    async fn() {
      await using agent = await Agent.start({ hasSandbox });
      const sessionId = await agent.session();
      await using client = agent.attach(sessionId);
      const run = async (command: string) => (await agent.call(client, ["run_command", { command }])).end!;

      const { result: env } = await run("env; cat /proc/self/environ | tr '\\0' '\\n'");
      assertStringIncludes(env, `HOME=${agent.home()}`);
      assert(!env.includes(API_KEY), env);
      const names = env.split("\n").map((line) => line.split("=")[0] ?? "");
      assertEquals(names.filter((name) => /^(?:LD_|DYLD_|DENO_|SSH_)|_(?:KEY|TOKEN|SECRET)$/.test(name)), []);

      const before = await agent.stored();
      const flood = await run("yes 'all work and no play' | head -c 500000000");
      assertEquals(flood.truncated, true);
      assert(flood.result.length <= MAX_RESULT_LENGTH);
      const binary = await run("head -c 5000000 /dev/urandom; printf '\\033]52;c;eA==\\007\\033[2J\\r\\b\\0'");
      assert(binary.result.length <= MAX_RESULT_LENGTH);
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(binary.result), "no control is left");
      assertEquals((await agent.call(client, ["bg_start", { command: "yes", timeoutMs: 2_000 }])).end?.ok, true);
      await client.until(({ background }) => Object.values(background)[0]?.state === "timeout", soon());
      const log = await agent.log(sessionId);
      for (const line of log.trimEnd().split("\n")) JSON.parse(line);
      assert(log.length < 2_000_000, `${log.length}`);
      assert(await agent.stored() - before < 8_000_000, `${await agent.stored()}`);
      assert(!log.includes(API_KEY));
    },
  });

  Deno.test({
    name: `a process that a command leaves behind ends with it, and with its cancel, ${how} [C2]`,
    ignore: !isLinux,
    async fn() {
      await using agent = await Agent.start({ hasSandbox });
      await using client = agent.attach(await agent.session());
      const seconds = unusualSeconds();
      const fork = `setsid sh -c "trap '' TERM HUP INT; sleep ${seconds}; sleep ${seconds}" >/dev/null 2>&1 &`;
      const left = await agent.call(client, ["run_command", { command: `${fork} echo left` }]);
      assertStringIncludes(left.end?.result ?? "", "left");
      await untilGone(seconds);

      await agent.script([["run_command", { command: `${fork} touch forked; sleep ${seconds}` }]]);
      const { turnId } = await client.submit("fork", { overrides: { dangerous: true }, signal: soon() });
      await untilFile(agent.path("forked"));
      await client.cancel({ turnId }, soon());
      const { end } = await endOf(client, turnId);
      assertEquals(end?.kind === "done" && end.finishReason, "cancelled");
      await untilGone(seconds);
      assertEquals(processesWith(seconds), []);
    },
  });
}

Deno.test({
  name: "a command in a sandbox sees no key, not the daemon's token, and writes nothing of the user's [security 7]",
  ignore: !isLinux,
  async fn() {
    await using agent = await Agent.start();
    const sessionId = await agent.session();
    await using client = agent.attach(sessionId);
    await agent.script([["run_command", { command: "true" }]]);
    const { turnId } = await client.submit("Is there a sandbox?", { signal: soon() });
    const { requestId, reason = "" } = await openRequest(client);
    await client.resolve(requestId, "deny", "once", soon());
    await endOf(client, turnId);
    if (!reason.includes("Runs in a sandbox")) return console.log(`skipped: no sandbox on this machine (${reason})`);

    const run = async (command: string) => (await agent.call(client, ["run_command", { command }])).end!;
    const { stateDir, state: { port, token } } = agent.daemon;
    for (
      const command of [
        "cat ~/.ssh/id_rsa",
        "cat ~/.ssh/* || ls -la ~/.ssh",
        "ln -s ~/.ssh/id_rsa key && cat key",
        `cat ${stateDir}/${stateFiles.state}`,
        `cat $(find / -name ${stateFiles.state} 2>/dev/null)`,
        "umount ~/.ssh; umount -l ~/.ssh; cat ~/.ssh/id_rsa",
        `umount -l ${stateDir} ${stateDir}; umount -l ~/.config/opta; cat ${stateDir}/${stateFiles.state}`,
        `unshare -Urm sh -c 'umount -l ${agent.home(".ssh")}; cat ${agent.home(".ssh/id_rsa")}'`,
        `mkdir m; mount --bind / m; unshare -Urm mount --bind / m; cat m${agent.home(".ssh/id_rsa")}`,
        "cat /proc/*/environ | tr '\\0' '\\n'",
        "cat /proc/*/root" + agent.home(".ssh/id_rsa"),
        `grep -rl . ${stateDir} ~/.config/opta ~/.ssh`,
      ]
    ) {
      const { result } = await run(command);
      assert(![SECRET, token, API_KEY].some((secret) => result.includes(secret)), `${command}\n${result}`);
    }
    const ask = (head: string) =>
      `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET /v3/sessions HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\n` +
      `${head}Connection: close\\r\\n\\r\\n' >&3 && cat <&3`;
    const stolen = `$(sed -n 's/.*"token": *"\\([^"]*\\)".*/\\1/p' ${stateDir}/${stateFiles.state})`;
    for (const head of ["", `Authorization: Bearer '"${stolen}"'\\r\\n`]) {
      assertStringIncludes((await run(ask(head))).result, "HTTP/1.1 401", head);
    }

    for (
      const command of [
        "echo evil >> ~/.bashrc",
        "cp -f /bin/sh ~/.bashrc",
        "rm -rf ~/.ssh ~/.bashrc",
        "git config --global core.pager 'touch ../outside/paged'",
        "echo x > ../outside/new",
        "mount -o remount,rw,bind /; echo x > ../outside/new",
        "unshare -Urm mount -o remount,rw,bind / && echo x > ../outside/new",
        "ln -s ../outside out && echo x > out/new && rm out/secret",
        `kill -9 ${agent.daemon.pid}`,
      ]
    ) {
      assertEquals((await run(command)).ok, false, command);
    }
    await run(`echo '{"run_command":"allow"}' > ${stateDir}/rules.json`);
    // What runs as a pager runs as the command does.
    await run("git init -q . && git config core.pager 'touch ../outside/paged' && git -p help -a");
    await run("git -c alias.evil='!touch ../outside/paged' evil");
    assertEquals((await Array.fromAsync(Deno.readDir(agent.outside()))).map(({ name }) => name), ["secret"]);
    assertEquals(await Deno.readTextFile(agent.home(".bashrc")), "# as it was\n");
    assertEquals(await Deno.readTextFile(agent.home(".ssh/id_rsa")), SECRET);
    assertEquals(await Deno.stat(agent.home(".gitconfig")).catch(() => "missing"), "missing");
    assertEquals(await Deno.stat(`${stateDir}/rules.json`).catch(() => "missing"), "missing");
    assert(!(await agent.log(sessionId)).includes(SECRET));
  },
});

Deno.test({
  name: "where there is no sandbox, a person is told so before a command runs",
  ignore: !isLinux,
  async fn() {
    await using agent = await Agent.start({ hasSandbox: false });
    await using client = agent.attach(await agent.session());
    await agent.script([["run_command", { command: "touch ran" }]]);
    const { turnId } = await client.submit("go", { overrides: { auto: true }, signal: soon() });
    const { requestId, reason } = await openRequest(client);
    assertStringIncludes(reason ?? "", "No sandbox on this machine: the command can touch all your files");
    await client.resolve(requestId, "deny", "once", soon());
    const [tool] = toolsOf(await endOf(client, turnId));
    assertEquals([tool?.end?.ok, tool?.end?.denied], [false, true]);
    assertEquals(await Deno.stat(agent.path("ran")).catch(() => "missing"), "missing");
  },
});

for (const isHomeLinked of [false, true]) {
  Deno.test({
    name: `keys stay closed where the home folder is the workspace${isHomeLinked ? ", also by another name" : ""}`,
    ignore: !isLinux,
    async fn() {
      await using agent = await Agent.start({ isHomeLinked });
      const sessionId = await agent.session(agent.home());
      await using client = agent.attach(sessionId);
      const state = `.config/opta/daemon/${stateFiles.state}`;
      for (const path of [".ssh/id_rsa", state, ".ssh/new"]) {
        for (const call of [["read_file", { path }], ["write_file", { path, content: "x" }]] as const) {
          const { end } = await agent.call(client, call);
          assertMatch(end?.result ?? "", /is closed to tools/, JSON.stringify(call));
        }
      }
      await agent.call(client, ["search_files", { pattern: "KEY|token", include_ignored: true }]);
      const log = await agent.log(sessionId);
      assert(!log.includes(SECRET) && !log.includes(agent.daemon.token));
    },
  });
}

Deno.test({
  name: "a folder that becomes a symlink between the approval and the write leads nowhere [security 7]",
  ignore: !isLinux,
  async fn() {
    await using agent = await Agent.start();
    await using client = agent.attach(await agent.session());
    await Deno.mkdir(agent.path("folder"));
    await agent.script([["write_file", { path: "folder/new", content: "x" }]]);
    const { turnId } = await client.submit("write", { signal: soon() });
    const { requestId } = await openRequest(client);
    await Deno.remove(agent.path("folder"));
    await Deno.symlink(agent.outside(), agent.path("folder"));
    await client.resolve(requestId, "allow", "once", soon());
    const [tool] = toolsOf(await endOf(client, turnId));
    assertEquals(tool?.end?.ok, false);
    assertMatch(tool?.end?.result ?? "", /lies outside|has changed|was changed/);
    assertEquals((await Array.fromAsync(Deno.readDir(agent.outside()))).map(({ name }) => name), ["secret"]);
  },
});

Deno.test({
  name: "Deno refuses to the daemon's tools what their own checks refuse, asked with the very flags that they run with",
  ignore: !isLinux,
  async fn() {
    await using agent = await Agent.start();
    await using client = agent.attach(await agent.session());
    await Deno.writeTextFile(agent.path("a"), "inside");
    await agent.call(client, ["read_file", { path: "a" }]);
    await agent.call(client, ["write_file", { path: "b", content: "inside" }]);
    await agent.call(client, ["web_fetch", { url: "http://nowhere.invalid/" }]);
    const unchecked = fileURLToPath(new URL("../daemon/tools/files/testdata/unchecked_host.ts", import.meta.url));
    const signal = soon();
    const HOME = Deno.env.get("HOME") ?? "";
    const hosts = childrenOf(agent.daemon.pid).map(commandLineOf).filter((line) => line.includes("run"));
    const entries = hosts.map((line) => line.find((part) => part.endsWith("_main.ts")) ?? "");
    assertEquals(
      new Set(entries.map((entry) => entry.split("/").at(-1))),
      new Set(["files_host_main.ts", "web_host_main.ts"]),
    );
    for (const [i, line] of hosts.entries()) {
      const permissions = line.filter((part) => /^--(?:allow|deny)-/.test(part));
      await using host = new HostProcess({
        entry: unchecked,
        permissions,
        env: { HOME, DENO_DIR: await cacheFolder() },
      });
      const refused = async (op: string, args: unknown) => {
        const answer = await host.call(op, args, { signal }).catch((error) => error);
        assert(answer instanceof HostError, `${op} ${args}: ${entries[i]}`);
        assertMatch(answer.message, /Requires|denied/, `${op} ${args}: ${entries[i]}`);
      };
      await refused("read", agent.outside("secret"));
      await refused("read", agent.home(".ssh/id_rsa"));
      await refused("read", `${agent.daemon.stateDir}/${stateFiles.state}`);
      await refused("write", agent.outside("new"));
      await refused("write", agent.home(".bashrc"));
      await refused("run", "/bin/cat");
      await refused("connect", agent.daemon.state.port);
      await refused("env", "HOME");
    }
  },
});
