/**
 * The process of a fake model server. Prints one line `{"port":N}` when it listens, and ends when its standard input does,
 * so that it never outlives who started it. Its argument is JSON: the options of the server, and `port`.
 */
import { z } from "zod";
import { FakeModelOptions, FakeModelServer } from "./fake_model.ts";

const Argument = FakeModelOptions.extend({ port: z.number().int().default(0) });

const { port, ...options } = Argument.parse(JSON.parse(Deno.args[0] ?? "{}"));
const fake = new FakeModelServer(options);
Deno.serve({
  hostname: "127.0.0.1",
  port,
  onListen: (address) => console.log(JSON.stringify({ port: address.port })),
  onError: (error) => new Response(String(error), { status: 500 }),
}, (request) => fake.handle(request));

for await (const _ of Deno.stdin.readable) { /* only its end matters */ }
Deno.exit(0);
