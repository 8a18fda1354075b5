import { assert, assertEquals } from "@std/assert";
import { openLog } from "./log.ts";

Deno.test("openLog() writes a JSON object a line, without the secrets", async () => {
  const dir = await Deno.makeTempDir();
  const path = `${dir}/daemon.log`;
  try {
    {
      using log = openLog({ path, foreground: false, secrets: ["hunter2hunter2"] });
      log.report("warning", "A try with hunter2hunter2", { token: "abc", count: 2, said: "Bearer hunter2hunter2" });
      log.report("error", "Broke {count}", {});
    }
    const text = await Deno.readTextFile(path);
    assertEquals(text.includes("hunter2"), false);
    const [first, second, ...rest] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(rest, []);
    assertEquals(first.level, "WARN");
    assertEquals(first.message, "A try with [redacted]");
    assertEquals(first.facts, { token: "[redacted]", count: 2, said: "Bearer [redacted]" });
    assert(!Number.isNaN(Date.parse(first["@timestamp"])));
    assertEquals(second.level, "ERROR");
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test("openLog() does not throw where it logs when the disk is full", () => {
  if (Deno.build.os !== "linux") return; // only there is a device that is always full
  using log = openLog({ path: "/dev/full", foreground: false, secrets: [] });
  log.report("error", "Nobody will read this", {});
});
