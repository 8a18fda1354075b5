import { assertEquals } from "@std/assert";
import { listen } from "./listen.ts";
import { Listener, type Serve } from "./listener.ts";
import { MAX_LISTEN_FAILURES } from "./limits.ts";

const answer = () => new Response("here");
const noPause = { minPauseMs: 0, maxPauseMs: 0 };

/** Serves for real, with a way to make accepting fail as it does when there are no descriptors left. */
function breakable(): { serve: Serve; breakOff: () => void; ports: number[][]; again: Promise<void> } {
  const ports: number[][] = [];
  const again = Promise.withResolvers<void>();
  let breakOff = () => {};
  const serve: Serve = (wanted, signal) => {
    ports.push([...wanted]);
    const server = listen("127.0.0.1", wanted, answer, signal);
    if (ports.length > 1) again.resolve();
    const failure = Promise.withResolvers<void>();
    breakOff = () => failure.reject(new Deno.errors.Http("Too many open files"));
    return {
      addr: server.addr,
      finished: Promise.race([server.finished, failure.promise]),
      shutdown: () => server.shutdown(),
      ref: () => {},
      unref: () => {},
      [Symbol.asyncDispose]: () => server.shutdown(),
    };
  };
  return { serve, breakOff: () => breakOff(), ports, again: again.promise };
}

Deno.test("a listener whose accepting failed listens on the same port again", async () => {
  const { serve, breakOff, ports, again } = breakable();
  const reported = Promise.withResolvers<Record<string, unknown>>();
  const listener = new Listener(serve, [0], (_level, _message, facts) => reported.resolve(facts), noPause);
  const url = `http://127.0.0.1:${listener.port}`;
  assertEquals(await (await fetch(url)).text(), "here");
  breakOff();
  assertEquals(await reported.promise, { port: listener.port, failures: 1, error: "Http: Too many open files" });
  await again;
  assertEquals(ports, [[0], [listener.port]]);
  assertEquals(await (await fetch(url)).text(), "here");
  await listener.shutdown();
});

Deno.test("a listener that fails again and again gives up and says so", async () => {
  const { serve, breakOff, ports } = breakable();
  const messages: string[] = [];
  const listener = new Listener(
    (wanted, signal) => {
      if (ports.length > 0) {
        ports.push([...wanted]);
        throw new Error("Too many open files");
      }
      return serve(wanted, signal);
    },
    [0],
    (_level, message) => messages.push(message),
    noPause,
  );
  breakOff();
  await listener.lost;
  assertEquals(ports.length, MAX_LISTEN_FAILURES + 1);
  assertEquals(messages.length, MAX_LISTEN_FAILURES + 1);
  assertEquals(messages.at(-1), "No connections can be taken any more; given up");
  await listener.shutdown();
});

Deno.test("a listener that is stopped while it pauses does not listen again", async () => {
  const { serve, breakOff, ports } = breakable();
  const reported = Promise.withResolvers<void>();
  const pause = { minPauseMs: 60_000, maxPauseMs: 60_000 };
  const listener = new Listener(serve, [0], () => reported.resolve(), pause);
  breakOff();
  await reported.promise;
  await listener.shutdown(); // a pause that went on would be a leak
  assertEquals(ports.length, 1);
});
