/** `opta env`: profiles from saving one to the model server that a turn goes to. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Opta } from "./support/opta.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

/** A user who has set nothing in the environment. */
const optaOfNobody = () => Opta.create({ OPTA_HOST: "" });

const deviceOf = ({ host, port }: FakeModel) => `${host}:${port}`;

Deno.test("a profile decides which server answers, with which model and in which mode; flags decide over it", async () => {
  await using studio = await startFakeModel({
    models: [{ id: "big", state: "loaded" }, { id: "small", state: "loaded" }],
  });
  await studio.script({ tokens: ["from the studio"] });
  await using laptop = await startFakeModel();
  await laptop.script({ tokens: ["from the laptop"] });
  await using opta = await optaOfNobody();
  const saved = await opta.run([
    "env",
    "save",
    "Studio",
    "--device",
    deviceOf(studio),
    "-m",
    "small",
    "--mode",
    "plan",
  ]);
  assertEquals(saved.code, 0);
  assertStringIncludes(saved.stderr, 'Go over to it with "opta env use studio"');
  await opta.run(["env", "save", "laptop", "--host", laptop.host, "--port", String(laptop.port), "--json"]);
  assertEquals((await opta.run(["env", "use", "studio"])).stderr, "");

  const first = JSON.parse((await opta.run(["do", "-f", "json", "hi"])).stdout);
  assertEquals([first.response, first.model], ["from the studio", "small"]);
  assertEquals(await modesOf(opta, first.sessionId), ["plan"]);
  await opta.run(["do", "--review", "-r", first.sessionId, "hi"]);
  assertEquals(await modesOf(opta, first.sessionId), ["plan", "review"]);

  const switched = await opta.run(["env", "use", "laptop"]);
  assertStringIncludes(switched.stderr, 'these take effect after "opta daemon restart"');
  const still = await opta.run(["do", "hi"]);
  assertEquals(still.stdout, "from the studio\n");
  assertStringIncludes(still.stderr, `its model server is ${deviceOf(studio)}, not ${deviceOf(laptop)}`);
  assertEquals((await opta.run(["daemon", "restart"])).code, 0);
  assertEquals((await opta.run(["do", "hi"])).stdout, "from the laptop\n");
  assertEquals((await opta.run(["env", "use", "laptop"])).stderr, ""); // nothing to restart for
});

Deno.test("opta env list, show and delete, for people and for scripts", async () => {
  await using opta = await optaOfNobody();
  assertStringIncludes((await opta.run(["env"])).stderr, "There are no profiles");
  await opta.run(["config", "set", "connection.adminKey", "hunter2"]);
  await opta.run(["config", "set", "model.default", "qwen"]);
  const { saved, path } = JSON.parse((await opta.run(["env", "save", "studio", "--host", "mac", "--json"])).stdout);
  assertEquals([saved, path], ["studio", join(opta.home, "profiles", "studio.json")]);
  assertEquals(JSON.parse(await Deno.readTextFile(path)), { host: "mac", model: "qwen" });
  assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  assertEquals((await Deno.stat(join(opta.home, "profiles"))).mode! & 0o777, 0o700);
  await opta.run(["env", "save", "other"]);
  assertEquals(JSON.parse((await opta.run(["env", "use", "studio", "--json"])).stdout), {
    active: "studio",
    profile: { name: "studio", host: "mac", model: "qwen" },
  });
  assertEquals((await opta.run(["env", "list"])).stdout, "  other   qwen\n* studio  mac · qwen\n");
  assertEquals(JSON.parse((await opta.run(["env", "list", "--json"])).stdout), {
    current: "studio",
    profiles: [
      { name: "other", active: false, model: "qwen" },
      { name: "studio", active: true, host: "mac", model: "qwen" },
    ],
  });
  assertEquals((await opta.run(["env", "show"])).stdout, "name   studio (active)\nhost   mac\nmodel  qwen\n");
  assertStringIncludes((await opta.run(["config", "list"])).stdout, "connection.host      mac (from profile studio)\n");
  const overridden = await opta.run(["config", "set", "connection.host", "pc"]);
  assertStringIncludes(overridden.stderr, "The active profile studio overrides connection.host");
  const typo = await opta.run(["env", "use", "studoi"]);
  assertEquals(typo, { code: 2, stdout: "", stderr: 'opta: There is no profile "studoi": did you mean studio?\n' });
  const deleted = await opta.run(["env", "delete", "studio", "--json"]);
  assertEquals(JSON.parse(deleted.stdout), { deleted: "studio", current: null });
  assertStringIncludes(deleted.stderr, "It was the active one. In force now: pc · qwen");
  assertEquals((await opta.run(["env", "shwo"])).stderr, "opta: There is no command env shwo: did you mean show?\n");
});

Deno.test("an active profile that is gone stops what needs it, and nothing else", async () => {
  await using opta = await optaOfNobody();
  await opta.run(["env", "save", "studio", "--provider", "demo"]);
  await opta.run(["env", "use", "studio"]);
  assertEquals((await opta.run(["do", "count to 1"])).stdout, "1\n");
  await Deno.remove(join(opta.home, "profiles", "studio.json"));

  for (const words of [["do", "hi"], ["chat"], ["daemon", "restart"]]) {
    const { code, stdout, stderr } = await opta.run(words, "");
    assertEquals([code, stdout], [1, ""], words.join(" "));
    assertStringIncludes(stderr, "The active profile studio is gone");
    assertStringIncludes(stderr, 'or none with "opta env use none"');
  }
  const document = JSON.parse((await opta.run(["do", "-f", "json", "hi"])).stdout);
  assertStringIncludes(document.error.message, "is gone");
  for (
    const words of [["config", "list"], ["config", "path"], ["env", "list"], ["daemon", "status"], ["daemon", "stop"]]
  ) {
    assertEquals((await opta.run(words)).code, 0, words.join(" "));
  }
  assertStringIncludes((await opta.run(["env", "list"])).stderr, "The active profile studio is gone");
  const back = await opta.run(["env", "use", "default"]);
  assert(back.stdout.startsWith("No profile is active. In force: "), back.stdout);
  assertEquals((await opta.run(["do", "count to 1", "--provider", "demo"])).stdout, "1\n");
});

Deno.test("a profile that was spoilt by hand is said to be so, and can be saved again", async () => {
  await using opta = await optaOfNobody();
  await opta.run(["env", "save", "studio", "--provider", "demo"]);
  await opta.run(["env", "use", "studio"]);
  await Deno.writeTextFile(join(opta.home, "profiles", "studio.json"), '{"provder":"demo"}');
  assertStringIncludes((await opta.run(["do", "hi"])).stderr, "did you mean provider?");
  assertStringIncludes((await opta.run(["env", "list"])).stdout, "did you mean provider?");
  assertEquals((await opta.run(["env", "save", "studio", "--provider", "demo"])).code, 0);
  assertEquals((await opta.run(["do", "count to 1"])).stdout, "1\n");
});

/** The modes of the turns of a session, as its log has them. */
async function modesOf(opta: Opta, sessionId: string): Promise<string[]> {
  const { host, port, token } = JSON.parse(await Deno.readTextFile(join(opta.home, "daemon", "state.json")));
  const response = await fetch(`http://${host}:${port}/v3/sessions/${sessionId}/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { events } = await response.json() as { events: { event: string; payload: { mode: string } }[] };
  return events.filter(({ event }) => event === "turn.queued").map(({ payload }) => payload.mode);
}
