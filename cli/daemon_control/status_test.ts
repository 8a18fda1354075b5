import { assertEquals } from "@std/assert";
import { formatDuration, formatModel, formatStatus } from "./status.ts";

Deno.test("formatDuration() names the two largest units", () => {
  const second = 1_000, minute = 60 * second, hour = 60 * minute, day = 24 * hour;
  assertEquals(
    [0, 999, 5 * second, 12 * minute + second, hour, 3 * day + 4 * hour + minute].map(formatDuration),
    ["0 s", "0 s", "5 s", "12 min 1 s", "1 h 0 min", "3 d 4 h"],
  );
});

Deno.test("formatModel() names a model, or says why there is none", () => {
  const model = { model: "qwen", provider: "lmx", transport: "ws", reason: "It is loaded." };
  assertEquals(formatModel(model), "qwen (lmx, ws): It is loaded.");
  assertEquals(formatModel({ ...model, model: "", transport: "" }), "none: It is loaded.");
});

Deno.test("formatStatus() says why there is no daemon, without what a terminal would obey", () => {
  const report = { running: false, reason: "gone\x1b[2J", logPath: "/state/daemon.log" } as const;
  assertEquals(formatStatus(report), "Daemon  not running: gone\nLog     /state/daemon.log\n");
});
