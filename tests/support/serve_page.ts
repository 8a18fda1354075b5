/** A page of an origin other than the daemon's, as the development server of a web client or a hostile site has it. */

export interface PageServer extends AsyncDisposable {
  origin: string;
  port: number;
  /** Runs another script from the next visit on. */
  show(script: string): void;
}

/** As strict as it gets: the client library must do without what this forbids. */
const csp = "default-src 'none'; script-src 'self'; connect-src http://127.0.0.1:* ws://127.0.0.1:*";

const html = '<!doctype html><meta charset="utf-8"><title>Test</title><script type="module" src="/page.js"></script>';

/** Serves a page that runs `script` on a free port, until it is disposed of. */
export function servePage(script: string, policy: string = csp): PageServer {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, ({ url }) => {
    const headers = { "content-security-policy": policy, "content-type": "text/html" };
    switch (new URL(url).pathname) {
      case "/":
        return new Response(html, { headers });
      case "/page.js":
        return new Response(script, { headers: { ...headers, "content-type": "text/javascript" } });
      default:
        return new Response(null, { status: 404 });
    }
  });
  const { port } = server.addr;
  const show = (other: string) => void (script = other);
  return { origin: `http://127.0.0.1:${port}`, port, show, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** Makes one script for browsers of a module and all that it imports, in a folder whose configuration is to hold. */
export async function bundle(entry: URL, cwd?: string): Promise<string> {
  const args = ["bundle", "--quiet", "--platform", "browser", entry.href];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd, stdin: "null" }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`Cannot bundle ${entry}: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
