import { assertEquals, assertRejects } from "@std/assert";
import { CliError } from "../../exit.ts";
import { editOutside } from "./external_editor.ts";

const ignore = Deno.build.os === "windows"; // the editors here are of sh

Deno.test({
  name: "editOutside() gives what was saved, from a file for the user alone that is gone afterwards",
  ignore,
  async fn() {
    const place = await Deno.makeTempFile();
    try {
      const editor =
        `sh -c 'stat -c %a "$0" > ${place}; echo "$0" >> ${place}; printf "%s\\r\\n\\033[31mtwo\\n" "$(cat "$0")" > "$0"'`;
      assertEquals(await editOutside("one", { VISUAL: editor, EDITOR: "false" }), "one\ntwo");
      const [mode, file] = (await Deno.readTextFile(place)).split("\n");
      assertEquals(mode, "600");
      await assertRejects(() => Deno.stat(file!), Deno.errors.NotFound);
    } finally {
      await Deno.remove(place);
    }
  },
});

Deno.test({
  name: "editOutside() says what is wrong with an editor, and takes nothing of it",
  ignore,
  async fn() {
    const failing = (env: Record<string, string>, message: string) =>
      assertRejects(() => editOutside("one", env), CliError, message);
    await failing({ EDITOR: "no-such-editor-here --wait" }, "Set another one with VISUAL or EDITOR");
    await failing({ EDITOR: "exit 3; :" }, "exit code 3");
    await failing({ EDITOR: "rm" }, "Cannot edit the message in rm");
  },
});

Deno.test({
  name: "editOutside() keeps what is too long to be taken back, and says where",
  ignore,
  async fn() {
    const error = await assertRejects(
      () => editOutside("", { EDITOR: "head -c 5000000 /dev/zero | tr '\\0' x >" }),
      CliError,
      "It is kept in ",
    );
    const file = error.message.split("kept in ")[1]!;
    assertEquals((await Deno.stat(file)).size, 5_000_000);
    await Deno.remove(file.replace(/\/[^/]*$/, ""), { recursive: true });
  },
});
