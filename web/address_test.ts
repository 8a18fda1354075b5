import { assertEquals } from "@std/assert";
import { MAX_NAME_LENGTH, plainName, readIntroduction } from "./address.ts";

Deno.test("readIntroduction() takes ticket and name, and leaves the rest of the address as it is", () => {
  assertEquals(readIntroduction(""), { ticket: null, name: null, rest: "" });
  assertEquals(readIntroduction("#ticket=a_b-c"), { ticket: "a_b-c", name: null, rest: "" });
  assertEquals(readIntroduction("#ticket=t&name=Ann%20B.&session=sess_%2F1"), {
    ticket: "t",
    name: "Ann B.",
    rest: "#session=sess_%2F1",
  });
  assertEquals(readIntroduction("#session=s1"), { ticket: null, name: null, rest: "#session=s1" });
  assertEquals(readIntroduction("#ticket=&ticketing=1"), { ticket: null, name: null, rest: "#ticketing=1" });
});

Deno.test("plainName() takes nothing that hides, breaks or turns a line round [security 9]", () => {
  assertEquals(plainName("  Zoë 李 \u202e\u0007\n\u{e0041}"), "Zoë 李");
  assertEquals(plainName("\u200b\u2028 "), null);
  assertEquals(plainName("a".repeat(1_000))?.length, MAX_NAME_LENGTH);
});
