import { assertEquals } from "@std/assert";
import { longSecrets, Redactor, withoutSecrets } from "./redact.ts";

const token = "Zk3f9Qe7Yb1Lw0Xs8Ct5Vn2Md6Hr4Ja-KpUoIiGgTtE";

Deno.test("Redactor.text() masks the secrets it was told, and what looks like one", () => {
  const redactor = new Redactor([token, ""]);
  assertEquals(redactor.text(`refused ${token}!`), "refused [redacted]!");
  const cases = {
    "Authorization: Bearer abcdefgh12345": "Authorization: [redacted]",
    "key sk-proj-abcdefghijklmnop1234": "key [redacted]",
    "ghp_abcdefghijklmnopqrst1234": "[redacted]",
    "GET /v3/ws?token=verysecret&x=1": "GET /v3/ws?token=[redacted]&x=1",
    "http://user:pass@host/": "http://[redacted]@host/",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig": "[redacted]",
    "a plain sentence about tokens and keys": "a plain sentence about tokens and keys",
  };
  for (const [before, after] of Object.entries(cases)) assertEquals(redactor.text(before), after);
});

Deno.test("Redactor.facts() masks by key at any depth and leaves counts alone", () => {
  const facts = {
    token,
    headers: { Authorization: "x", cookie: "y", "x-api-key": "z", accept: "*/*" },
    list: [{ adminKey: "k" }, `said ${token}`],
    tokens: 12,
    completionTokens: 3,
    error: null,
  };
  assertEquals(new Redactor([token]).facts(facts), {
    token: "[redacted]",
    headers: { Authorization: "[redacted]", cookie: "[redacted]", "x-api-key": "[redacted]", accept: "*/*" },
    list: [{ adminKey: "[redacted]" }, "said [redacted]"],
    tokens: 12,
    completionTokens: 3,
    error: null,
  });
});

Deno.test("Redactor.facts() ends on a cycle", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const text = JSON.stringify(new Redactor([]).facts(cycle));
  assertEquals(text.includes("[too deep]"), true);
});

Deno.test("withoutSecrets() takes out what is known to be secret, and leaves what only looks like it", () => {
  const secrets = longSecrets(["lmx", token, `${token}-2`, token, ""]);
  assertEquals(
    withoutSecrets(`lmx ${token}-2 Bearer abcdefgh12345 ${token}`, secrets),
    "lmx [redacted] Bearer abcdefgh12345 [redacted]",
  );
});
