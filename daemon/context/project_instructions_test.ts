import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { readerHost } from "../tools/files/files_host.ts";
import { HostProcess } from "../tools/host/host_process.ts";
import { INSTRUCTIONS_FRESH_MS, MAX_INSTRUCTIONS_BYTES } from "./limits.ts";
import { ProjectInstructions } from "./project_instructions.ts";

const { signal } = new AbortController();

interface Project extends AsyncDisposable {
  folder: string;
  write(path: string, text: string): Promise<void>;
  /** What a session in `cwd` is told, each time that time has passed; `roots` are all that its host may read. */
  open(cwd: string, ...roots: string[]): () => Promise<string | null>;
  host(): HostProcess;
}

async function project(): Promise<Project> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-project-" }));
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  const hosts: HostProcess[] = [];
  const path = (name: string) => name === "." ? folder : join(folder, name);
  return {
    folder,
    host: () => hosts.at(-1)!,
    async write(name, text) {
      await Deno.mkdir(join(folder, name, ".."), { recursive: true });
      await Deno.writeTextFile(path(name), text);
    },
    open(cwd, ...more) {
      const roots = [cwd, ...more].map(path);
      const workspace = { cwd: path(cwd), roots };
      const env = { HOME, ...(DENO_DIR && { DENO_DIR }) };
      const opta = { sessionId: "s1", optaHome: path("opta"), stateDir: path("opta/daemon"), home: null };
      const host = new HostProcess(readerHost({ workspace, env, ...opta }));
      hosts.push(host);
      let nowMs = 0;
      const found = new ProjectInstructions({
        workspace,
        reader: () => Promise.resolve(host),
        now: () => nowMs += INSTRUCTIONS_FRESH_MS,
      });
      return async () => (await found.find(signal))?.text ?? null;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(hosts.map((host) => host[Symbol.asyncDispose]()));
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("instructions are those of the nearest folder, AGENTS.md before OPTA.md before CLAUDE.md", async () => {
  await using p = await project();
  await p.write("a/b/keep", "");
  const found = p.open("a/b", ".");
  assertEquals(await found(), null);
  await p.write("CLAUDE.md", "top");
  assertEquals(await found(), "top");
  await p.write("a/OPTA.md", "nearer");
  assertEquals(await found(), "nearer");
  await p.write("a/AGENTS.md", "first");
  assertEquals(await found(), "first");
});

Deno.test("instructions are looked for up to the repository, and not above the roots", async () => {
  await using p = await project();
  await p.write("AGENTS.md", "above");
  await p.write("repo/.git/HEAD", "");
  await p.write("repo/src/keep", "");
  assertEquals(await p.open("repo/src", ".")(), null, "the repository ends the way up");
  assertEquals(await p.open("repo")(), null, "the root does");
});

Deno.test("instructions that have changed are read again, others are not", async () => {
  await using p = await project();
  await p.write("AGENTS.md", "one");
  const found = p.open(".");
  assertEquals(await found(), "one");
  const { path, mtimeMs, size } = await Deno.stat(join(p.folder, "AGENTS.md")).then(({ mtime, size }) => ({
    path: join(p.folder, "AGENTS.md"),
    mtimeMs: mtime!.getTime(),
    size,
  }));
  const known = { path, mtimeMs, size };
  const answer = await p.host().call("findInstructions", { cwd: p.folder, roots: [p.folder], known }, { signal });
  assertEquals(answer, { version: known });
  assertEquals(await found(), "one");
  await p.write("AGENTS.md", "another");
  assertEquals(await found(), "another");
  await Deno.remove(path);
  assertEquals(await found(), null);
});

Deno.test("instructions are bounded, and a cut leaves no half of a character", async () => {
  await using p = await project();
  await p.write("AGENTS.md", "x" + "é".repeat(MAX_INSTRUCTIONS_BYTES));
  const text = await p.open(".")();
  assert(text !== null && text.endsWith("é"));
  assertEquals(new TextEncoder().encode(text).length, MAX_INSTRUCTIONS_BYTES - 1);
});

Deno.test("a link to instructions is followed inside the roots only [security 7]", async () => {
  await using p = await project();
  await p.write("secret", "outside");
  await p.write("repo/docs/rules.md", "inside");
  await Deno.symlink(join(p.folder, "secret"), join(p.folder, "repo/AGENTS.md"));
  await Deno.symlink("docs/rules.md", join(p.folder, "repo/CLAUDE.md"));
  assertEquals(await p.open("repo")(), "inside");
});

Deno.test("a host that cannot look leaves a turn without instructions, or with those of before", async () => {
  await using p = await project();
  await p.write("AGENTS.md", "one");
  const found = p.open(".");
  assertEquals(await found(), "one");
  p.host().kill();
  assertEquals(await found(), "one");
  const other = p.open(".");
  p.host().kill();
  assertEquals(await other(), null);
});
