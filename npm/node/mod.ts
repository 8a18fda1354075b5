/** What a program on this machine needs beside the client library: where the daemon is. For Node and Deno. */
export * from "./discover.ts";
