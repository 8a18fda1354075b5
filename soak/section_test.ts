import { assertEquals } from "@std/assert";
import { keepSection, readSection, withSection } from "./section.ts";

const document = withSection("# Performance\n\nFigures.\n", "## Soak\n\nOld.\n");

Deno.test("a section is added at the end, and replaced where it is", () => {
  assertEquals(document, "# Performance\n\nFigures.\n\n<!-- soak -->\n\n## Soak\n\nOld.\n\n<!-- end soak -->\n");
  const moved = document.replace("Figures.\n\n", "") + "\nMore.\n";
  assertEquals(
    withSection(moved, "New, $& and all."),
    "# Performance\n\n<!-- soak -->\n\nNew, $& and all.\n\n<!-- end soak -->\n\nMore.\n",
  );
});

Deno.test("a document that is written anew keeps the section", () => {
  assertEquals(keepSection("# Anew\n", document), "# Anew\n\n<!-- soak -->\n\n## Soak\n\nOld.\n\n<!-- end soak -->\n");
  assertEquals(keepSection("# Anew\n", "# Performance\n"), "# Anew\n");
});

Deno.test("a marker alone is no section", () => {
  assertEquals(readSection("<!-- end soak --> <!-- soak -->"), null);
});
