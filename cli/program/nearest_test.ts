import { assertEquals } from "@std/assert";
import { nearest } from "./nearest.ts";

Deno.test("nearest() finds what a typing error meant", () => {
  const keys = ["connection.host", "connection.port", "model.default"];
  assertEquals(nearest("conection.hots", keys), "connection.host");
  assertEquals(nearest("Model.Default", keys), "model.default");
});

Deno.test("nearest() finds nothing for another word", () => {
  assertEquals(nearest("theme", ["model.default", "connection.host"]), null);
});
