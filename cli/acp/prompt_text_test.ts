import { assertEquals } from "@std/assert";
import { promptText } from "./prompt_text.ts";

Deno.test("promptText() joins texts, names files by their paths, and fences what comes with its text", () => {
  const uri = "file:///home/ann/my%20notes.md";
  assertEquals(
    promptText([{ type: "text", text: "Look at " }, { type: "resource_link", uri, name: "notes" }]),
    "Look at @/home/ann/my notes.md",
  );
  assertEquals(
    promptText([{ type: "text", text: "Mend" }, { type: "resource", resource: { uri, text: "a ``` b" } }]),
    "Mend\n\n/home/ann/my notes.md:\n````\na ``` b\n````",
  );
  assertEquals(promptText([{ type: "image", data: "", mimeType: "image/png" }]), "");
});
