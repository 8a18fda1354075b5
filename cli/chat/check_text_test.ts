import { assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { checkText, describeReplaced } from "./check_text.ts";

const decode = (bytes: Iterable<number>) => new TextDecoder().decode(new Uint8Array([...bytes]));

Deno.test("checkText() takes text in all alphabets, and counts what could not be read", () => {
  assertEquals(checkText("", "It"), 0);
  assertEquals(checkText("Grüße, 世界, שלום 🎉\r\n\t\x1b[31m", "It"), 0);
  assertEquals(checkText(decode([0x63, 0x61, 0x66, 0xe9]), "It"), 1);
  assertEquals(
    checkText(`${"all day ".repeat(20)}${decode([0xe9, 0x20].flatMap((byte) => [byte, byte, byte]))}`, "It"),
    3,
  );
});

Deno.test("checkText() refuses what is no text", () => {
  for (const bytes of [[0], [0x50, 0x4b, 0, 1], Array.from({ length: 64 }, (_, i) => 0xc0 + i)]) {
    const error = assertThrows(
      () => checkText(decode(bytes), "Standard input"),
      CliError,
      "Standard input is not text",
    );
    assertEquals(error.exitCode, ExitCode.usage);
  }
});

Deno.test("describeReplaced() says how many", () => {
  assertEquals(
    [1, 2].map((count) => /has (.*) that/.exec(describeReplaced(count))![1]),
    ["1 character", "2 characters"],
  );
});
