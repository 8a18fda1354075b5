/**
 * The least that a process between model server and client can be: it hands on each piece as it comes, over a WebSocket,
 * and keeps, checks and parses nothing. What it takes is the price of one more process on the way; what a daemon takes
 * beyond that is its own work. Its argument is the URL of the model server; it ends when its standard input does.
 */
const [modelUrl] = Deno.args;

async function relay(request: string, socket: WebSocket): Promise<void> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${modelUrl}/v1/chat/completions`, { method: "POST", headers, body: request });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) socket.send(decoder.decode(bytes, { stream: true }));
  socket.close();
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(JSON.stringify({ port })),
}, (request) => {
  if (request.headers.get("upgrade") !== "websocket") return new Response("ok");
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = ({ data }) => void relay(String(data), socket);
  return response;
});

for await (const _ of Deno.stdin.readable) { /* only its end matters */ }
Deno.exit(0);
