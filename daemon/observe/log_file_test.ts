import { assertEquals } from "@std/assert";
import { LogFile, OLD_LOGS_KEPT } from "./log_file.ts";

async function withLogPath(test: (path: string, dir: string) => void): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    test(`${dir}/daemon.log`, dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("LogFile continues the file that is there", () =>
  withLogPath((path) => {
    for (const line of ["one\n", "two\n"]) {
      using file = new LogFile(path);
      file.write(line);
    }
    assertEquals(Deno.readTextFileSync(path), "one\ntwo\n");
  }));

Deno.test("LogFile begins a new file at the limit and keeps a bounded number, all 0600", () =>
  withLogPath((path, dir) => {
    using file = new LogFile(path, 8);
    for (let i = 0; i < 10; i++) file.write(`line ${i}\n`);
    assertEquals(Deno.readTextFileSync(path), "line 9\n");
    assertEquals(Deno.readTextFileSync(`${path}.1`), "line 8\n");
    const files = [...Deno.readDirSync(dir)];
    assertEquals(files.length, 1 + OLD_LOGS_KEPT);
    for (const { name } of files) assertEquals(Deno.statSync(`${dir}/${name}`).mode! & 0o777, 0o600);
  }));

Deno.test("LogFile writes a line longer than the limit whole", () =>
  withLogPath((path) => {
    using file = new LogFile(path, 4);
    file.write("a long line\n");
    assertEquals(Deno.readTextFileSync(path), "a long line\n");
  }));
