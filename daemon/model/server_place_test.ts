import { assertEquals } from "@std/assert";
import { hasOwnAddress, placeAt, placeOf } from "./server_place.ts";

Deno.test("placeOf() takes a base URL with and without /v1", () => {
  for (
    const url of ["https://api.example/v1", "https://api.example/v1/", "https://api.example", "https://api.example/"]
  ) {
    assertEquals(placeOf(url, "key"), {
      baseUrl: "https://api.example",
      address: { host: "api.example", port: 443 },
      label: "api.example",
      apiKey: "key",
    });
  }
  assertEquals(placeOf("http://box:9000/api/v1", null).baseUrl, "http://box:9000/api");
});

Deno.test("placeAt() writes IPv6 addresses as URLs want them", () => {
  assertEquals(placeAt({ host: "::1", port: 1234 }, null).baseUrl, "http://[::1]:1234");
  assertEquals(placeAt({ host: "::1", port: 1234 }, null).label, "[::1]:1234");
});

Deno.test("hasOwnAddress() is false under a path and behind TLS", () => {
  const own = ["http://box:9000", "http://box", "http://box:9000/v1"].map((url) => hasOwnAddress(placeOf(url, null)));
  assertEquals(own, [true, true, true]);
  const other = ["http://box:9000/api", "https://box:9000"].map((url) => hasOwnAddress(placeOf(url, null)));
  assertEquals(other, [false, false]);
});
