import { OptaError } from "@opta/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import { cookieName, Credentials } from "./credentials.ts";
import { MAX_BROWSER_SESSIONS, MAX_FAILED_ATTEMPTS } from "./limits.ts";

const token = "Zk3f9Qe7Yb1Lw0Xs8Ct5Vn2Md6Hr4JaaKpUoIiGgTtE";
const own = "http://127.0.0.1:9999";
const name = cookieName(9999);

interface Attempt {
  headers: Record<string, string>;
  method?: string;
  origin?: string | null;
}

/** The code of the refusal, or `ok`. */
function outcome(credentials: Credentials, { headers, method = "GET", origin = null }: Attempt): string {
  try {
    credentials.check(new Headers(headers), method, { origin, foreign: null });
    return "ok";
  } catch (error) {
    if (error instanceof OptaError) return error.code;
    throw error;
  }
}

Deno.test("Credentials.check() takes the bearer token and nothing like it [security 3]", () => {
  const credentials = new Credentials(token, name);
  assertEquals(outcome(credentials, { headers: { authorization: `Bearer ${token}` } }), "ok");
  assertEquals(outcome(credentials, { headers: {} }), "unauthorized");
  const wrong = [`Bearer ${token}x`, `Bearer ${token.slice(1)}`, token, `Basic ${token}`, "Bearer", "", "Bearer  a b"];
  for (const authorization of wrong) {
    assertEquals(outcome(credentials, { headers: { authorization } }), "unauthorized", authorization);
  }
});

Deno.test("Credentials.check() limits failures only: the right token is always taken [security 4]", () => {
  let now = 0;
  const credentials = new Credentials(token, name, () => now);
  const fail = () => outcome(credentials, { headers: { authorization: "Bearer wrong" } });
  for (let i = 0; i < MAX_FAILED_ATTEMPTS; i++) assertEquals(fail(), "unauthorized");
  now = 1_000;
  const attempt = () =>
    credentials.check(new Headers({ authorization: "Bearer x" }), "GET", { origin: null, foreign: null });
  const error = assertThrows(attempt, OptaError);
  assertEquals([error.code, error.details], ["too_many_attempts", { retryAfterMs: 59_000 }]);
  assertEquals(outcome(credentials, { headers: { authorization: `Bearer ${token}` } }), "ok");
  now = 60_000;
  assertEquals(fail(), "unauthorized");
});

Deno.test("Credentials.check() takes a page's cookie from that page alone [security 3]", () => {
  const credentials = new Credentials(token, name);
  const headers = { cookie: `other=1; ${name}=${credentials.signIn(own)}` };
  const fromPage = { ...headers, "sec-fetch-site": "same-origin" };
  assertEquals(outcome(credentials, { headers, method: "POST", origin: own }), "ok");
  assertEquals(outcome(credentials, { headers, method: "GET", origin: own }), "ok");
  assertEquals(outcome(credentials, { headers: fromPage, method: "GET" }), "ok");
  assertEquals(outcome(credentials, { headers: fromPage, method: "POST" }), "forbidden_origin");
  assertEquals(outcome(credentials, { headers, method: "GET" }), "forbidden_origin");
  assertEquals(outcome(credentials, { headers: { ...headers, "sec-fetch-site": "same-site" } }), "forbidden_origin");
  assertEquals(outcome(credentials, { headers, method: "POST", origin: "https://opta.example" }), "forbidden_origin");
  assertEquals(outcome(credentials, { headers: { cookie: `${name}=made-up` }, origin: own }), "unauthorized");
});

Deno.test("Credentials.signIn() keeps a bounded number of pages; the oldest is signed out [security 6]", () => {
  const credentials = new Credentials(token, name);
  const cookies = Array.from({ length: MAX_BROWSER_SESSIONS + 1 }, () => credentials.signIn(own));
  const outcomes = cookies.map((cookie) =>
    outcome(credentials, { headers: { cookie: `${name}=${cookie}` }, origin: own })
  );
  assertEquals(outcomes.filter((result) => result === "ok").length, MAX_BROWSER_SESSIONS);
  assertEquals(outcomes[0], "unauthorized");
});
