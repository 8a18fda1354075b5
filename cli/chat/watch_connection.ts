/** Says when the daemon was lost and when it is back, and lets the revival know. */
import type { ConnectionState, Session } from "@opta/protocol/client";
import type { Revival } from "./revival.ts";

/** @returns the way to stop it */
export function watchConnection(session: Session, revival: Revival, say: (text: string) => void): () => void {
  const look = connectionWatcher(say);
  return session.subscribe((change) => {
    if (change.kind !== "connection") return;
    revival.watch(change.connection);
    look(change.connection);
  });
}

/** Says each loss once, however often connecting again fails. */
export function connectionWatcher(say: (text: string) => void): (connection: ConnectionState) => void {
  let isLost = false;
  return ({ kind }) => {
    const isBack = kind === "replaying" || kind === "live";
    if (kind === "waiting" && !isLost) say("connection lost, reconnecting …");
    if (isBack && isLost) say("reconnected");
    isLost = !isBack && (isLost || kind === "waiting");
  };
}
