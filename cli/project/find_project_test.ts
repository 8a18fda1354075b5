import { assertEquals, assertRejects } from "@std/assert";
import { join } from "node:path";
import { CliError } from "../exit.ts";
import { resolvePaths } from "../paths.ts";
import { findProject } from "./find_project.ts";

interface Place {
  folder: string;
  find(cwd: string, env?: Record<string, string>): Promise<string | null>;
  write(path: string, text?: string): Promise<void>;
}

async function inPlace(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test({
      folder,
      async find(cwd, env = {}) {
        const all = { HOME: join(folder, "home"), OPTA_HOME: join(folder, "home/.config/opta"), ...env };
        const found = await findProject(join(folder, cwd), resolvePaths(all), all);
        return found && found.path.slice(folder.length + 1);
      },
      async write(path, text = "{}") {
        await Deno.mkdir(join(folder, path, ".."), { recursive: true });
        await Deno.writeTextFile(join(folder, path), text);
      },
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("findProject() takes the nearest file up to the repository, or up to home and never above", () =>
  inPlace(async ({ find, write, folder }) => {
    await write(".opta/config.json");
    await Deno.mkdir(join(folder, "home/projects/site/src"), { recursive: true });
    assertEquals(await find("home/projects/site/src"), null);
    await write("home/.opta/config.jsonc");
    assertEquals(await find("home/projects/site/src"), "home/.opta/config.jsonc");
    await write("home/projects/site/.git/HEAD");
    assertEquals(await find("home/projects/site/src"), null);
    await write("home/projects/site/.opta/config.json");
    assertEquals(await find("home/projects/site/src"), "home/projects/site/.opta/config.json");
    await write("home/projects/site/src/.opta/config.json");
    assertEquals(await find("home/projects/site/src"), "home/projects/site/src/.opta/config.json");
    assertEquals(await find("home"), "home/.opta/config.jsonc");
  }));

Deno.test("findProject() looks outside of home at the folder alone, unless it is in a repository", () =>
  inPlace(async ({ find, write, folder }) => {
    await write("srv/.opta/config.json");
    await Deno.mkdir(join(folder, "srv/app"));
    assertEquals(await find("srv/app"), null);
    assertEquals(await find("srv"), "srv/.opta/config.json");
    await write("srv/.git", "gitdir: elsewhere"); // a worktree
    assertEquals(await find("srv/app"), "srv/.opta/config.json");
  }));

Deno.test("findProject() does not take Opta's own folder for a project", () =>
  inPlace(async ({ find, write, folder }) => {
    await write("home/.opta/config.json", '{"connection":{"host":"mac"}}');
    await Deno.mkdir(join(folder, "home/projects"));
    assertEquals(await find("home/projects", { OPTA_HOME: join(folder, "home/.opta") }), null);
  }));

Deno.test("findProject() refuses links, two files at once, and what is no file, and says why", () =>
  inPlace(async ({ find, write, folder }) => {
    await write("home/a/real/config.json");
    await Deno.symlink("real", join(folder, "home/a/.opta"));
    await assertRejects(() => find("home/a"), CliError, "home/a/.opta is a symlink");
    await write("home/b/real.json");
    await Deno.mkdir(join(folder, "home/b/.opta"));
    await Deno.symlink("../real.json", join(folder, "home/b/.opta/config.json"));
    await assertRejects(() => find("home/b"), CliError, "config.json is a symlink");
    await write("home/c/.opta/config.json");
    await write("home/c/.opta/config.jsonc");
    await assertRejects(() => find("home/c"), CliError, "has both config.jsonc and config.json");
    await Deno.mkdir(join(folder, "home/d/.opta/config.json"), { recursive: true });
    await assertRejects(() => find("home/d"), CliError, "is not a file");
    await write("home/e/.opta/config.json", " ".repeat(64 * 1024 + 1));
    await assertRejects(() => find("home/e"), CliError, "has more than 65536 bytes");
    await Deno.mkdir(join(folder, "home/g"));
    await Deno.symlink(".opta", join(folder, "home/g/.opta"));
    await Deno.symlink(".git", join(folder, "home/g/.git"));
    await assertRejects(() => find("home/g"), CliError, "home/g/.opta cannot be read");
    await write("home/f/.opta", "a file");
    assertEquals(await find("home/f"), null);
  }));

Deno.test({
  name: "findProject() refuses what belongs to another user",
  ignore: Deno.uid() !== 0, // only root can give a file away
  fn: () =>
    inPlace(async ({ find, write, folder }) => {
      await write("home/a/.opta/config.json");
      await Deno.chown(join(folder, "home/a/.opta/config.json"), 12_345, null);
      await assertRejects(() => find("home/a"), CliError, "config.json belongs to another user (uid 12345)");
      await Deno.chown(join(folder, "home/a/.opta"), 12_345, null);
      await assertRejects(() => find("home/a"), CliError, ".opta belongs to another user");
    }),
});
