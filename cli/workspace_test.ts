import { assertEquals, assertRejects } from "@std/assert";
import { CliError } from "./exit.ts";
import { widenWorkspace, workspaceHere } from "./workspace.ts";

Deno.test("a workspace is where the command was typed, and the folders that were added, as real paths", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await Deno.mkdir(`${folder}/a`);
    await Deno.symlink(`${folder}/a`, `${folder}/link`);
    const here = await Deno.realPath(".");
    assertEquals(await workspaceHere([`${folder}/link`]), { cwd: here, dirs: [`${folder}/a`] });
    const before = { cwd: "/elsewhere", dirs: [`${folder}/a`] };
    assertEquals(await widenWorkspace(before, [`${folder}/link`, folder]), {
      cwd: "/elsewhere",
      dirs: [`${folder}/a`, folder],
    });
    for (const path of [`${folder}/missing`, import.meta.filename!]) {
      await assertRejects(() => workspaceHere([path]), CliError, "is no folder");
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
