import { assertEquals } from "@std/assert";
import { initialState, type SessionState } from "@opta/protocol";
import type { AttachedClient, ConnectionState, SessionChange } from "@opta/protocol/client";
import { SessionStore } from "./session_store.ts";

class FakeSession {
  state: SessionState = initialState("s", "e");
  connection: ConnectionState = { kind: "connecting", transport: "ws" } as ConnectionState;
  presence: readonly AttachedClient[] = [];
  readonly listeners = new Set<(change: SessionChange) => void>();

  subscribe(listener: (change: SessionChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  advance(seq: number): void {
    this.state = { ...this.state, seq };
    for (const listener of this.listeners) listener({ kind: "reset" });
  }
}

class Frames {
  due: (() => void)[] = [];
  readonly schedule = (draw: () => void) => {
    this.due.push(draw);
    return () => {
      this.due = this.due.filter((other) => other !== draw);
    };
  };
  paint(): void {
    for (const draw of this.due.splice(0)) draw();
  }
}

Deno.test("SessionStore notifies once a frame, with the latest state, however many events came", () => {
  const session = new FakeSession();
  const frames = new Frames();
  using store = new SessionStore(session, frames.schedule);
  const seen: number[] = [];
  store.state.subscribe(() => seen.push(store.state.get().seq));
  for (const seq of [1, 2, 3]) session.advance(seq);
  assertEquals([frames.due.length, seen.length], [1, 0]);
  frames.paint();
  session.advance(4);
  frames.paint();
  assertEquals(seen, [3, 4]);
});

Deno.test("SessionStore keeps the connection apart: tokens do not touch it", () => {
  const session = new FakeSession();
  const frames = new Frames();
  using store = new SessionStore(session, frames.schedule);
  let changes = 0;
  store.connection.subscribe(() => changes++);
  session.advance(1);
  frames.paint();
  assertEquals(changes, 0);
  session.connection = { ...session.connection };
  session.advance(2);
  frames.paint();
  assertEquals(changes, 1);
});

Deno.test("SessionStore keeps who is attached apart: tokens do not touch it, and who comes touches no content", () => {
  const session = new FakeSession();
  const frames = new Frames();
  using store = new SessionStore(session, frames.schedule);
  let changes = 0;
  store.presence.subscribe(() => changes++);
  session.advance(1);
  frames.paint();
  assertEquals(changes, 0);
  const { state } = session;
  session.presence = [{ clientId: "c", writerId: "bob", kind: "web" }];
  for (const listener of session.listeners) listener({ kind: "presence", presence: session.presence, more: 0 });
  frames.paint();
  assertEquals([changes, store.presence.get(), store.state.get()], [1, session.presence, state]);
});

Deno.test("SessionStore.flush() shows at once, and a disposed store hears and draws nothing more", () => {
  const session = new FakeSession();
  const frames = new Frames();
  const store = new SessionStore(session, frames.schedule);
  session.advance(1);
  store.flush();
  assertEquals([store.state.get().seq, frames.due.length], [1, 0]);
  session.advance(2);
  store[Symbol.dispose]();
  frames.paint();
  assertEquals([store.state.get().seq, session.listeners.size], [1, 0]);
});
