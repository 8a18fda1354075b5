import { CONTRACT } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { contractProblem } from "./contract.ts";

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
