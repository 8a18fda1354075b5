/** The floor of a key's way through a pty: raw mode, and every byte written back. */
const bytes = new Uint8Array(1_024);
Deno.stdin.setRaw(true);
Deno.stdout.writeSync(new TextEncoder().encode("\x1b[?2004h"));
for (let read = await Deno.stdin.read(bytes); read !== null; read = await Deno.stdin.read(bytes)) {
  Deno.stdout.writeSync(bytes.subarray(0, read));
}
