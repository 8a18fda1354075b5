import { assertEquals } from "@std/assert";
import { credentialsFor, isSameEndpoint } from "./endpoint.ts";

const baseUrl = "http://127.0.0.1:9999";

Deno.test("credentialsFor() sends a page's cookie to another port than the page's own", () => {
  assertEquals(credentialsFor({ baseUrl, token: null }), { headers: {}, credentials: "include" });
});

Deno.test("credentialsFor() sends the token in a header, and no cookie beside it", () => {
  const headers = { authorization: "Bearer t" };
  assertEquals(credentialsFor({ baseUrl, token: "t" }), { headers, credentials: "omit" });
});

Deno.test("isSameEndpoint() tells endpoints apart by address and token", () => {
  const endpoint = { baseUrl, token: "t" };
  assertEquals(isSameEndpoint(endpoint, { ...endpoint }), true);
  assertEquals(isSameEndpoint(endpoint, { ...endpoint, token: "u" }), false);
  assertEquals(isSameEndpoint(endpoint, { ...endpoint, baseUrl: "http://127.0.0.1:9998" }), false);
});

Deno.test("isSameEndpoint() takes another object of a page for another cookie", () => {
  const endpoint = { baseUrl, token: null };
  assertEquals(isSameEndpoint(endpoint, endpoint), true);
  assertEquals(isSameEndpoint(endpoint, { ...endpoint }), false);
});
