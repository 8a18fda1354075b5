/** A host for tests: it echoes, fails, waits, dies, and tries what it is not allowed to. */
import { serveHost } from "../serve_host.ts";

await serveHost({
  echo: (args) => Promise.resolve(args),
  fail: () => Promise.reject(new Error("as asked")),
  count: (args, { emit }) => {
    for (let i = 1; i <= Number(args); i++) emit(i);
    return Promise.resolve(null);
  },
  wait: (_, { signal, emit }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(new Error("told to stop")));
      emit("waiting");
    }),
  ignore: (_, { emit }) => new Promise(() => emit("ignoring")),
  die: () => Deno.exit(3),
  leave: (_, { emit }) => {
    emit(new Deno.Command("/bin/sleep", { args: ["1000"], stdin: "null", stdout: "inherit" }).spawn().pid);
    Deno.exit(0);
  },
  read: async (path) => await Deno.readTextFile(String(path)),
});
