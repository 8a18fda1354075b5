import { assertEquals } from "@std/assert";
import { acceptedEncodings } from "./accepted_encodings.ts";

Deno.test("acceptedEncodings() reads names, weights and the star", () => {
  const accepted = (header: string | null) => ["br", "gzip"].filter(acceptedEncodings(header));
  assertEquals(accepted(null), []);
  assertEquals(accepted(""), []);
  assertEquals(accepted("gzip, deflate, br, zstd"), ["br", "gzip"]);
  assertEquals(accepted("GZIP;q=0.5"), ["gzip"]);
  assertEquals(accepted("br;q=0, *"), ["gzip"]);
  assertEquals(accepted("*;q=0, gzip"), ["gzip"]);
  assertEquals(accepted("br; q=high, gzip ; q=1.0"), ["gzip"]);
  assertEquals(accepted("identity, xbr"), []);
});
