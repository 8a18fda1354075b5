import { assertEquals } from "@std/assert";
import { pageOrigin } from "./page_origin.ts";
import { redirectPage } from "./redirect_page.ts";

const state = { host: "127.0.0.1", port: 9999, pageOrigin: "http://opta-abc.localhost:9999" };
const address = "http://127.0.0.1:9999";

Deno.test("pageOrigin() is the page's own name, where the browser finds it", async () => {
  const asked: string[] = [];
  const answer = (found: boolean) => (name: string) => {
    asked.push(name);
    return Promise.resolve(found);
  };
  assertEquals(await pageOrigin(state, "linux", answer(false)), state.pageOrigin);
  assertEquals(await pageOrigin(state, "windows", answer(false)), state.pageOrigin);
  assertEquals(asked, [], "browsers there need nobody's help");
  assertEquals(await pageOrigin(state, "darwin", answer(true)), state.pageOrigin);
  assertEquals(await pageOrigin(state, "darwin", answer(false)), address);
  assertEquals(asked, ["opta-abc.localhost", "opta-abc.localhost"]);
  assertEquals(await pageOrigin({ host: "::1", port: 1 }, "linux"), "http://[::1]:1");
});

Deno.test("redirectPage() lets no address out of its script", () => {
  const page = redirectPage('http://a/#x="</script><script>alert(1)//');
  assertEquals(page.match(/<\/script>/g)?.length, 1);
});
