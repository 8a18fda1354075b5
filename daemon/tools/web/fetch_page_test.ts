import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fetchPage } from "./fetch_page.ts";
import { isPublicAddress } from "./public_address.ts";
import { requestPage } from "./request_page.ts";
import { isSameSite } from "./web_url.ts";

const { signal } = new AbortController();

Deno.test("a redirect to a closed place is refused where it leads, at each hop", async () => {
  const asked: string[] = [];
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    if (pathname === "/first") return new Response(null, { status: 307, headers: { location: "/second" } });
    const location = new URL(request.url).searchParams.get("to") ?? "http://127.0.0.2/secret";
    return new Response(null, { status: 302, headers: { location } });
  });
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const options = { userAgent: "t", signal, isAllowed: (address: string) => address === "127.0.0.1" };
  await assertRejects(() => fetchPage(`${origin}/first`, options), Error, "127.0.0.2 is not on the public internet");
  for (const to of ["http://169.254.169.254/", "http://[::1]/", "http://2130706434/", "//127.0.0.3/"]) {
    const url = `${origin}/second?to=${encodeURIComponent(to)}`;
    await assertRejects(() => fetchPage(url, options), Error, "not on the public internet");
  }
  assertEquals(asked.slice(0, 2), ["/first", "/second"]);
});

Deno.test("a redirect to another site is told and not followed: nobody has approved that one", async () => {
  let asked = 0;
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked++;
    const location = new URL(request.url).searchParams.get("to") ?? "/";
    return new Response(null, { status: 302, headers: { location } });
  });
  const options = { userAgent: "t", signal, isAllowed: () => true };
  const origin = `http://127.0.0.1:${server.addr.port}`;
  for (const to of ["http://127.0.0.2/a?b", "http://127.0.0.1/", `https://127.0.0.1:${server.addr.port + 1}/`]) {
    const url = `${origin}/?to=${encodeURIComponent(to)}`;
    await assertRejects(() => fetchPage(url, options), Error, `It redirects to ${to}, which is another site`);
  }
  assertEquals(asked, 3);
});

Deno.test("isSameSite() lets a site move to TLS and to its www, and no further", () => {
  const same = (from: string, to: string) => isSameSite(new URL(from), new URL(to));
  assertEquals(same("http://a.example/x", "https://www.a.example/y"), true);
  assertEquals(same("https://www.a.example/", "https://a.example/"), true);
  assertEquals(same("https://a.example/", "http://a.example/"), false);
  assertEquals(same("https://a.example/", "https://a.example:8443/"), false);
  assertEquals(same("https://a.example/", "https://b.a.example/"), false);
});

Deno.test("a name that resolves to a closed address is refused, though nothing in the name tells", async () => {
  const options = { userAgent: "t", signal, isAllowed: isPublicAddress };
  await assertRejects(
    () => fetchPage("http://localhost:1/", options),
    Error,
    "localhost is not on the public internet",
  );
});

Deno.test("the connection goes to the address that was checked, whatever its name resolves to", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => new Response(request.headers.get("host")),
  );
  const url = new URL(`http://name.that.resolves.to.nothing.invalid:${server.addr.port}/`);
  const page = await requestPage(url, { address: "127.0.0.1", family: 4 }, { userAgent: "t", signal });
  assertEquals(new TextDecoder().decode(page.body), url.host);
});

Deno.test("with TLS as well: the name is asked for, at the address that was checked", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = new URL(`https://name.that.resolves.to.nothing.invalid:${listener.addr.port}/`);
  const asking = assertRejects(() => requestPage(url, { address: "127.0.0.1", family: 4 }, { userAgent: "t", signal }));
  using connection = await listener.accept();
  const hello = new Uint8Array(16_384);
  const length = await connection.read(hello) ?? 0;
  assertStringIncludes(new TextDecoder("latin1").decode(hello.subarray(0, length)), url.hostname); // server_name
  connection.close();
  await asking;
});
