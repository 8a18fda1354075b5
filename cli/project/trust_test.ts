import { hashProjectFile, MAX_TRUSTED, TRUST_FILE } from "@opta/protocol";
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { resolvePaths } from "../paths.ts";
import { forgetTrust, rememberTrust, trustOf } from "./trust.ts";

async function fileOf(path: string, text: string) {
  return { path, text, name: ".opta/config.json", sha256: await hashProjectFile(text) };
}

Deno.test("trust is for one text at one place, for the user alone, and is bounded", async () => {
  const home = await Deno.makeTempDir();
  const paths = resolvePaths({ OPTA_HOME: home });
  const [first, changed, elsewhere] = [await fileOf("/a", "1"), await fileOf("/a", "2"), await fileOf("/b", "1")];
  await rememberTrust(paths, first, "trusted");
  assertEquals(await Promise.all([first, changed, elsewhere].map((file) => trustOf(paths, file))), [
    "trusted",
    null,
    null,
  ]);
  await rememberTrust(paths, changed, "refused");
  assertEquals(await Promise.all([first, changed].map((file) => trustOf(paths, file))), [null, "refused"]);
  const path = join(paths.stateDir, TRUST_FILE);
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertEquals([await forgetTrust(paths, "/a"), await forgetTrust(paths, "/a")], [true, false]);
  const many = Array.from({ length: MAX_TRUSTED }, (_, i) => ({ ...elsewhere, path: `/${i}`, decision: "trusted" }));
  await Deno.writeTextFile(path, JSON.stringify({ projects: many }));
  await rememberTrust(paths, elsewhere, "trusted");
  assertEquals(JSON.parse(await Deno.readTextFile(path)).projects.length, MAX_TRUSTED);
  assertEquals(await trustOf(paths, { ...elsewhere, path: "/0" }), null);
  await Deno.writeTextFile(path, "{");
  await assertRejects(() => trustOf(paths, first), CliError, "no project is trusted then");
  await Deno.remove(home, { recursive: true });
});
