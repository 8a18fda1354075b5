/** A table of broken homes: how each is broken, what the doctor finds in it, what its repairs do, and what is found then. */
import { type StateFile, stateFiles } from "@opta/protocol";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Env, lstatOrNull, type Paths } from "../../paths.ts";
import type { CheckStatus } from "../check.ts";

/** What a break opens is closed when the test is over. */
type Break = (paths: Paths, open: DisposableStack) => Promise<Env | void>;
export type Findings = Record<string, [status: CheckStatus, detail: RegExp]>;

export interface BrokenHome {
  name: string;
  break: Break;
  /** All that is not ok or skipped. */
  finds: Findings;
  /** Of these checks a repair is applied. */
  repairs?: string[];
  /** What is found after the repairs; nothing wrong unless given. */
  then?: Findings;
  /** Looked at after the repairs. */
  keeps?: (paths: Paths) => Promise<void>;
}

const state: StateFile = {
  pid: 4_000_000,
  daemonId: "gone",
  host: "127.0.0.1",
  port: 1,
  token: "t".repeat(43),
  startedAt: "2026-01-01T00:00:00.000Z",
  logsPath: "/dev/null",
  version: "0.0.1",
};

const write = (path: string, text: string, mode = 0o600) => Deno.writeTextFile(path, text, { mode });
const stateText = (changes: Partial<StateFile> = {}) => JSON.stringify({ ...state, ...changes });
const exists = async (path: string) => await lstatOrNull(path) !== null;
const statePath = ({ stateDir }: Paths) => `${stateDir}/${stateFiles.state}`;

function listener(open: DisposableStack): number {
  const listener = open.adopt(Deno.listen({ hostname: "127.0.0.1", port: 0 }), (it) => it.close());
  return listener.addr.port;
}

/** Accepts and never answers. */
function mute(open: DisposableStack): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) held.push(connection);
  })().catch(() => {}); // it is closed
  open.defer(() => {
    listener.close();
    for (const connection of held) connection.close();
    void accepting;
  });
  return listener.addr.port;
}

/** What another program may have there, if `OPTA_HOME` is a folder that it uses as well. */
const FOREIGN = ["run.sh", "profiles/dev.sh", "drafts/post.md", "state.json.tmp", `notes.${crypto.randomUUID()}.tmp`];

export const brokenHomes: readonly BrokenHome[] = [
  { name: "a whole one", break: () => Promise.resolve(), finds: {} },
  {
    name: "none at all",
    break: ({ home }) => Deno.remove(home, { recursive: true }),
    finds: { "home folder": ["warning", /not there yet/] },
    repairs: ["home folder"],
    keeps: async ({ stateDir }) => assertEquals((await Deno.stat(stateDir)).mode! & 0o777, 0o700),
  },
  {
    name: "a folder that is open to others",
    break: ({ stateDir }) => Deno.chmod(stateDir, 0o755),
    finds: { "home folder": ["failed", /must have mode 0700/] },
    repairs: ["home folder"],
  },
  {
    name: "a folder that is closed to everybody",
    break: ({ home }) => Deno.chmod(home, 0o000),
    finds: { "home folder": ["failed", /mode 0000 and is closed/] },
    repairs: ["home folder"],
  },
  {
    name: "a home that everybody shares, as /tmp",
    break: ({ home }) => Deno.chmod(home, 0o1777),
    finds: { "home folder": ["failed", /everybody shares: set OPTA_HOME/] },
    then: { "home folder": ["failed", /everybody shares/] },
    keeps: async ({ home }) => assertEquals((await Deno.stat(home)).mode! & 0o7777, 0o1777),
  },
  {
    name: "a home that is a symlink to nowhere",
    break: async ({ home }) => {
      await Deno.remove(home, { recursive: true });
      await Deno.symlink("/nonexistent/opta", home);
    },
    finds: { "home folder": ["failed", /is a symlink/] },
    then: { "home folder": ["failed", /is a symlink/] },
  },
  {
    name: "a file where the folder of the daemon should be",
    break: async ({ stateDir }) => {
      await Deno.remove(stateDir, { recursive: true });
      await write(stateDir, "mine");
    },
    finds: { "home folder": ["failed", /daemon is not a folder/] },
    then: { "home folder": ["failed", /daemon is not a folder/] },
    keeps: async ({ stateDir }) => assertEquals(await Deno.readTextFile(stateDir), "mine"),
  },
  {
    name: "files that others may read",
    break: async ({ home, stateDir, configFile }) => {
      await Deno.mkdir(`${home}/profiles`, { mode: 0o700 });
      await write(configFile, "{}", 0o644);
      await write(`${home}/profiles/a.json`, "{}", 0o640);
      await write(`${stateDir}/daemon.log`, "", 0o666);
      await write(`${home}/notes.txt`, "none of ours", 0o644);
      for (const path of [configFile, `${home}/profiles/a.json`, `${stateDir}/daemon.log`]) {
        await Deno.chmod(path, 0o644);
      }
    },
    finds: { "private files": ["failed", /config\.json has mode 0644.*daemon\.log.*profiles\/a\.json/] },
    repairs: ["private files"],
    keeps: async ({ home, configFile }) => {
      assertEquals((await Deno.stat(configFile)).mode! & 0o777, 0o600);
      assertEquals((await Deno.stat(`${home}/notes.txt`)).mode! & 0o777, 0o644);
    },
  },
  {
    name: "files of somebody else in all of its folders",
    break: async ({ home }) => {
      for (const folder of ["profiles", "drafts"]) await Deno.mkdir(`${home}/${folder}`, { mode: 0o700 });
      for (const name of FOREIGN) {
        await write(`${home}/${name}`, "mine");
        await Deno.chmod(`${home}/${name}`, 0o755);
        await Deno.utime(`${home}/${name}`, new Date(0), new Date(0));
      }
    },
    finds: {},
    keeps: async ({ home }) => {
      for (const name of FOREIGN) {
        assertEquals([name, (await Deno.stat(`${home}/${name}`)).mode! & 0o777], [name, 0o755]);
      }
    },
  },
  {
    name: "a private file that is a symlink",
    break: async ({ home }) => {
      await write(`${home}/elsewhere`, "{}", 0o644);
      await Deno.symlink(`${home}/elsewhere`, `${home}/mcp.json`);
    },
    finds: { "private files": ["failed", /mcp\.json is a symlink/] },
    then: { "private files": ["failed", /mcp\.json is a symlink/] },
    keeps: async ({ home }) => assertEquals((await Deno.stat(`${home}/elsewhere`)).mode! & 0o777, 0o644),
  },
  {
    name: "halves of interrupted writes, one of them under way",
    break: async ({ configFile, stateDir }) => {
      const left = [`${configFile}.${crypto.randomUUID()}.tmp`, `${stateDir}/state.json.tmp`];
      for (const path of left) {
        await write(path, "{");
        await Deno.utime(path, new Date(0), new Date(0));
      }
      await write(`${configFile}.${crypto.randomUUID()}.tmp`, "{");
      await write(`${configFile}.old.tmp`, "mine");
      await Deno.utime(`${configFile}.old.tmp`, new Date(0), new Date(0));
    },
    finds: { leftovers: ["warning", /2 temporary files/] },
    repairs: ["leftovers"],
    keeps: async ({ home, configFile }) => {
      const names = (await Array.fromAsync(Deno.readDir(home))).map(({ name }) => name);
      assertEquals(names.filter((name) => name.endsWith(".tmp")).length, 2);
      assert(await exists(`${configFile}.old.tmp`));
    },
  },
  {
    name: "a config that is no JSON",
    break: ({ configFile }) => write(configFile, '{"model": '),
    finds: { config: ["failed", /config\.json/] },
    then: { config: ["failed", /config\.json/] },
    keeps: async ({ configFile }) => assertEquals(await Deno.readTextFile(configFile), '{"model": '),
  },
  {
    name: "a config with an unknown key and a value that is not taken",
    break: ({ configFile }) => write(configFile, '{"connection": {"prot": 1, "port": "many"}, "old": 3}'),
    finds: { config: ["failed", /port.*many.*whole number.*connection\.prot.*did you mean connection\.port.*"old"/] },
    then: { config: ["failed", /whole number/] },
  },
  {
    name: "a config with an unknown key",
    break: ({ configFile }) => write(configFile, '{"connection": {"prot": 1}}'),
    finds: { config: ["warning", /did you mean connection\.port/] },
    then: { config: ["warning", /./] },
  },
  {
    name: "variables that are not taken",
    break: () => Promise.resolve({ OPTA_PORT: "many", OPTA_DAEMON_PORT: "70000" }),
    finds: { config: ["failed", /OPTA_PORT/], port: ["failed", /Cannot listen on port "70000"/] },
    then: { config: ["failed", /./], port: ["failed", /./] },
  },
  {
    name: "an active profile that is gone",
    break: ({ configFile }) => write(configFile, '{"profiles": {"active": "studio"}}'),
    finds: { profile: ["failed", /studio is gone.*opta env use/] },
    then: { profile: ["failed", /./] },
  },
  {
    name: "the state file of a daemon that is gone",
    break: (paths) => write(statePath(paths), stateText()),
    finds: { daemon: ["warning", /cannot be reached/] },
    repairs: ["daemon"],
    keeps: async (paths) => assertEquals(await exists(statePath(paths)), false),
  },
  {
    name: "a state file whose pid is another program by now",
    break: (paths) => write(statePath(paths), stateText({ pid: Deno.pid })),
    finds: { daemon: ["warning", new RegExp(`pid ${Deno.pid} is another program`)] },
    repairs: ["daemon"],
  },
  {
    name: "a state file at whose port something accepts and never answers",
    break: (paths, open) => write(statePath(paths), stateText({ port: mute(open) })),
    finds: { daemon: ["warning", /does not answer/] },
    repairs: ["daemon"],
  },
  {
    name: "a state file whose port is another server's",
    break: (paths, open) => {
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => new Response("<html>"));
      open.defer(() => void server.shutdown());
      return write(statePath(paths), stateText({ port: server.addr.port }));
    },
    finds: { daemon: ["warning", /answered by something else/] },
    repairs: ["daemon"],
  },
  {
    name: "a state file that is damaged",
    break: (paths) => write(statePath(paths), "{"),
    finds: { daemon: ["warning", /damaged/] },
    repairs: ["daemon"],
  },
  {
    name: "a state file that is an empty folder",
    break: (paths) => Deno.mkdir(statePath(paths)),
    finds: { daemon: ["failed", /is not a file/] },
    repairs: ["daemon"],
  },
  {
    name: "a state file that is a folder with something in it",
    break: async (paths) => {
      await Deno.mkdir(statePath(paths));
      await write(`${statePath(paths)}/mine`, "");
    },
    finds: { daemon: ["failed", /is not a file/] },
    then: { daemon: ["failed", /./] },
    keeps: async (paths) => assert(await exists(`${statePath(paths)}/mine`)),
  },
  {
    name: "a lock that is held, without a state file",
    break: async ({ stateDir }, open) => {
      const lock = await Deno.open(`${stateDir}/${stateFiles.lock}`, {
        create: true,
        write: true,
        read: true,
        mode: 0o600,
      });
      open.use(lock);
      await lock.lock(true);
    },
    finds: { daemon: ["warning", /starting or stopping/] },
    then: { daemon: ["warning", /./] },
  },
  {
    name: "a lock that is held by a daemon which does not answer",
    break: async (paths, open) => {
      const lock = await Deno.open(`${paths.stateDir}/${stateFiles.lock}`, {
        create: true,
        write: true,
        read: true,
        mode: 0o600,
      });
      open.use(lock);
      await lock.lock(true);
      await write(statePath(paths), stateText({ port: mute(open) }));
    },
    finds: { daemon: ["failed", /does not answer.*end that process \(pid 4000000\)/] },
    then: { daemon: ["failed", /./] },
    keeps: async (paths) => assert(await exists(statePath(paths))),
  },
  {
    name: "a lock that is a folder",
    break: ({ stateDir }) => Deno.mkdir(`${stateDir}/${stateFiles.lock}`),
    finds: { daemon: ["failed", /cannot be looked at/], database: ["ok", /./] },
    then: { daemon: ["failed", /./] },
  },
  {
    name: "a port that another program holds",
    break: (_, open) => Promise.resolve({ OPTA_DAEMON_PORT: String(listener(open)) }),
    finds: { port: ["failed", /Port \d+ of 127\.0\.0\.1 is held by another program\. See who with/] },
    then: { port: ["failed", /./] },
  },
  {
    name: "a database that is none",
    break: ({ stateDir }) => write(`${stateDir}/${stateFiles.database}`, "nothing that SQLite knows".repeat(100)),
    finds: { database: ["failed", /is damaged: file is not a database/] },
    then: { database: ["failed", /./] },
    keeps: async ({ stateDir }) =>
      assertMatch(await Deno.readTextFile(`${stateDir}/${stateFiles.database}`), /^nothing/),
  },
  {
    name: "a database that is a folder",
    break: ({ stateDir }) => Deno.mkdir(`${stateDir}/${stateFiles.database}`),
    finds: { database: ["failed", /is no file/] },
    then: { database: ["failed", /./] },
  },
  {
    name: "a database from tomorrow",
    break: async ({ stateDir }) => {
      const path = `${stateDir}/${stateFiles.database}`;
      await write(path, ""); // for SQLite, an empty database
      const tomorrow = new Date(Date.now() + 24 * 60 * 60 * 1_000);
      await Deno.utime(path, tomorrow, tomorrow);
    },
    finds: { clock: ["warning", /gone back/] },
    then: { clock: ["warning", /./] },
  },
  {
    name: "a model server that refuses connections",
    break: (_, open) => {
      const port = listener(open);
      open.dispose(); // nobody listens there any more
      return Promise.resolve({ OPTA_PROVIDER: "auto", OPTA_HOST: "127.0.0.1", OPTA_PORT: String(port) });
    },
    finds: { "model server": ["failed", /Cannot reach the model server at 127\.0\.0\.1:\d+: connection refused/] },
    then: { "model server": ["failed", /./] },
  },
];
