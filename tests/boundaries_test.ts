import { assertEquals } from "@std/assert";

const root = new URL("../", import.meta.url);

/** What each room may import from, beside itself and packages; `*_test.ts` files may import tests/support too. */
const mayImport: Record<string, string[]> = {
  protocol: [],
  view: ["protocol"],
  daemon: ["protocol"],
  cli: ["protocol", "view"],
  web: ["protocol", "view"],
  npm: ["protocol"],
};

/** The one way from the command line to the daemon's code: taken when there is to be no daemon, and only then loaded. */
const IN_PROCESS = "cli/in_process/engine.ts";

async function* sources(folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(new URL(folder, root))) {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory) yield* sources(`${path}/`);
    else if (/\.tsx?$/.test(entry.name)) yield path;
  }
}

/** The room that a module specifier leads to, or `null` for a package. */
function roomOf(specifier: string, from: string): string | null {
  const own = /^@opta\/([^/]+)/.exec(specifier)?.[1];
  if (own) return own;
  if (!specifier.startsWith(".")) return null;
  return new URL(specifier, new URL(from, root)).pathname.slice(root.pathname.length).split("/")[0] ?? null;
}

function specifiersOf(source: string): string[] {
  const imports = /\bfrom\s*["']([^"']+)["']|\bimport\s*\(?\s*["']([^"']+)["']/g;
  return [...source.matchAll(imports)].flatMap((match) => match[1] ?? match[2] ?? []);
}

Deno.test("imports go one way: protocol ← daemon, protocol ← cli, and nothing imports the daemon but what does without one", async () => {
  const wrong: string[] = [];
  for (const [room, allowed] of Object.entries(mayImport)) {
    const exists = await Deno.stat(new URL(room, root)).then(() => true, () => false);
    if (!exists) continue;
    for await (const path of sources(`${room}/`)) {
      for (const specifier of specifiersOf(await Deno.readTextFile(new URL(path, root)))) {
        const target = roomOf(specifier, path);
        const isOwn = target === null || target === room || allowed.includes(target);
        const isSupport = target === "tests" && path.endsWith("_test.ts");
        const isInProcess = target === "daemon" && path === IN_PROCESS;
        if (!isOwn && !isSupport && !isInProcess) wrong.push(`${path} imports ${specifier}`);
      }
    }
  }
  assertEquals(wrong, []);
});

Deno.test("no command loads the daemon's code before it is to run in process", async () => {
  const ways: string[] = [];
  for await (const path of sources("cli/")) {
    const source = await Deno.readTextFile(new URL(path, root));
    const statically = [...source.matchAll(/\bfrom\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']/g)];
    for (const [, named, bare] of statically) {
      const specifier = named ?? bare ?? "";
      if (roomOf(specifier, path) === "daemon" || specifier.endsWith("in_process/engine.ts")) {
        ways.push(`${path} imports ${specifier}`);
      }
    }
  }
  assertEquals(ways, []);
  assertEquals(
    specifiersOf(await Deno.readTextFile(new URL(IN_PROCESS, root))).some((specifier) =>
      roomOf(specifier, IN_PROCESS) === "daemon"
    ),
    true,
  );
});

Deno.test("the client library uses nothing of Deno or Node, so that it runs in a browser", async () => {
  const wrong: string[] = [];
  for await (const path of sources("protocol/")) {
    if (path.endsWith("_test.ts") || path.includes("/testing/")) continue;
    const source = await Deno.readTextFile(new URL(path, root));
    if (/\bDeno\.|["']node:|\bprocess\.(?:env|argv|exit|on)\b/.test(source.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, ""))) {
      wrong.push(path);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("the protocol takes zod as a namespace, of which a bundle carries what is used: the rest is two thirds", async () => {
  const wrong: string[] = [];
  for await (const path of sources("protocol/")) {
    const source = await Deno.readTextFile(new URL(path, root));
    if (/^import \{ z \} from "zod"/m.test(source)) wrong.push(path);
  }
  assertEquals(wrong, []);
});

Deno.test("no file of source has more than 400 lines", async () => {
  const long: string[] = [];
  for (
    const folder of [
      "protocol/",
      "view/",
      "daemon/",
      "cli/",
      "web/",
      "npm/",
      "tests/",
      "std/",
      "docs/",
      "bench/",
      "soak/",
    ]
  ) {
    const exists = await Deno.stat(new URL(folder, root)).then(() => true, () => false);
    if (!exists) continue;
    for await (const path of sources(folder)) {
      const lines = (await Deno.readTextFile(new URL(path, root))).split("\n").length - 1;
      if (lines > 400) long.push(`${path}: ${lines}`);
    }
  }
  assertEquals(long, []);
});
