import { CONTRACT } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { contractProblem, isNewerRelease, releaseSkew } from "./contract.ts";

const client = "upgrade opta";
const daemon = "opta daemon restart";

Deno.test("contractProblem() finds none in the same contract", () => {
  assertEquals(contractProblem(CONTRACT, "9.9.9"), null);
});

for (
  const [name, version, older] of [
    [CONTRACT.name, CONTRACT.version + 1, client],
    [CONTRACT.name, CONTRACT.version - 1, daemon],
    ["opta-daemon-v4", 1, client],
    ["opta-daemon-v2", 7, daemon],
    ["something-else", 1, daemon],
  ] as const
) {
  Deno.test(`contractProblem() of ${name}@${version} says: ${older}`, () => {
    const problem = contractProblem({ name, version }, "0.0.1");
    assertStringIncludes(problem ?? "", older);
    assertStringIncludes(problem ?? "", `${name}@${version}`);
  });
}

Deno.test("contractProblem() names the release to upgrade to", () => {
  assertStringIncludes(contractProblem({ name: "opta-daemon-v4", version: 1 }, "9.9.9") ?? "", "upgrade opta to 9.9.9");
});

for (
  const [older, newer] of [
    ["0.5.9", "0.6.0"],
    ["0.9.0", "0.10.0"],
    ["0.6.0", "1.0.0"],
    ["1.0.0-rc.1", "1.0.0"],
    ["1.0.0-alpha", "1.0.0-beta"],
    ["1.0.0-rc.9", "1.0.0-rc.10"],
    ["1.0.0-alpha.1", "1.0.0-alpha.beta"],
    ["1.0.0-rc", "1.0.0-rc.1"],
    ["0.9.9", "1.0.0-rc.1"],
  ] as const
) {
  Deno.test(`releaseSkew() between ${older} and ${newer} says which side is behind`, () => {
    assertEquals([isNewerRelease(newer, older), isNewerRelease(older, newer)], [true, false]);
    const behind = releaseSkew(older, newer);
    assertEquals(behind?.daemonIs, "older");
    assertStringIncludes(behind?.message ?? "", "opta daemon restart");
    const ahead = releaseSkew(newer, older);
    assertEquals(ahead?.daemonIs, "newer");
    assertStringIncludes(ahead?.message ?? "", "upgrade opta");
    assertEquals(ahead?.message.includes("restart"), false, "which would bring back the older one");
  });
}

Deno.test("releaseSkew() finds none in one release, and of a version that is none says to restart", () => {
  assertEquals(releaseSkew("0.6.0", "0.6.0"), null);
  assertEquals(releaseSkew("dev", "0.6.0")?.daemonIs, "older");
});
