import { assertEquals } from "@std/assert";
import { isPublicAddress } from "./public_address.ts";
import { namesClosedPlace, parseWebUrl } from "./web_url.ts";

const closed = `
0.0.0.0 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255 :: ::1 ::2 ::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:169.254.169.254 ::127.0.0.1 64:ff9b::7f00:1
64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:0:7f00:1:: 2001:db8::1 2002:7f00:1:: 3fff::1 fc00::1 fd00:ec2::254 fe80::1
fe80::1%eth0 fec0::1 ff02::1 0:0:0:0:0:0:0:1 example.com 1.2.3 1.2.3.4.5 01.2.3.4 256.1.1.1 1.2.3.4:80 1:2:3 ::1::1 g::1 12345::
`;
const open = `
1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.255.255 169.255.0.0
172.15.255.255 172.32.0.0 192.0.1.1 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
2606:4700:4700::1111 2a00:1450:4001:82a::200e 2001:4860:4860::8888 ::ffff:8.8.8.8 64:ff9b::8.8.8.8 2620:0:2d0:200::7
`;

const wordsOf = (table: string) => table.trim().split(/\s+/);

Deno.test("isPublicAddress() knows the addresses of the public internet, in whatever form, and no others", () => {
  assertEquals(wordsOf(closed).filter(isPublicAddress), []);
  assertEquals(wordsOf(open).filter((address) => !isPublicAddress(address)), []);
});

Deno.test("a URL that names a closed place is known before anything is resolved", () => {
  const isClosed = (text: string) => {
    const parsed = parseWebUrl(text);
    return "problem" in parsed || namesClosedPlace(parsed.url);
  };
  const refused = `
    http://127.0.0.1 http://127.1 http://2130706433 http://0x7f000001 http://0177.0.0.1 http://0x7f.1 http://[::1] http://0
    http://[::ffff:127.0.0.1] http://[::ffff:7f00:1] http://169.254.169.254/latest/meta-data http://2852039166 http://localhost
    http://LOCALHOST. http://a.localhost:8080 http://printer.local http://metadata.google.internal http://①②⑦.0.0.1
    https://user:pass@example.com https://user@example.com ftp://example.com file:///etc/passwd javascript:alert(1) data:,x
    example.com http:// http://[fd00::1]`;
  assertEquals(wordsOf(refused).filter((text) => !isClosed(text)), []);
  const asked =
    "http://example.com https://example.com:8443/a?b=c#d http://8.8.8.8 https://localhost.example http://[2606:4700::1]";
  assertEquals(wordsOf(asked).filter(isClosed), []);
});
