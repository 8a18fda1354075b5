import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { confine, CONFINEMENTS, describeConfinement, type Layout } from "./confinement.ts";

const layout: Layout = {
  roots: ["/home/me", "/home/me/.aws/work"],
  hiddenFolders: ["/home/me/.ssh", "/home/me/.aws"],
  hiddenFiles: ["/home/me/.netrc"],
  stateDir: "/home/me/.config/opta/daemon",
  tempDir: null,
  network: true,
};

/** Where what comes at a place in the arguments. */
function mountAt(argv: readonly string[], ...mount: string[]): number {
  return argv.findIndex((_, at) => mount.every((part, index) => argv[at + index] === part));
}

Deno.test("confine() hides what lies in a root after it has opened the root, but no folder that a root lies in", () => {
  const argv = confine("sandbox", layout, "/home/me", ["true"]);
  const opened = mountAt(argv, "--bind", "/home/me", "/home/me");
  assert(opened > mountAt(argv, "--ro-bind", "/", "/"));
  assert(mountAt(argv, "--tmpfs", "/home/me/.ssh") > opened);
  assert(mountAt(argv, "--ro-bind", "/dev/null", "/home/me/.netrc") > opened);
  assert(mountAt(argv, "--tmpfs", layout.stateDir) > opened);
  assertEquals(mountAt(argv, "--tmpfs", "/home/me/.aws"), -1);
});

Deno.test("confine() takes the network away where it can, and describeConfinement() says what there is", () => {
  const without = { ...layout, network: false };
  for (const kind of CONFINEMENTS) {
    const argv = confine(kind, without, "/", ["true"]).join(" ");
    assertEquals(/--unshare-net|--net\b/.test(argv), kind !== "none", kind);
    assertEquals(/--unshare-net|--net\b/.test(confine(kind, layout, "/", ["true"]).join(" ")), false, kind);
    assert(argv.endsWith("true"));
    assertStringIncludes(
      describeConfinement(kind, ["/w"], true),
      kind.startsWith("sandbox") ? "in a sandbox" : "No sandbox",
    );
  }
});
