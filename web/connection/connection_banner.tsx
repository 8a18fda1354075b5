/** Says what is the matter with the connection, when it has been for a moment. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import type { App } from "../state/app.ts";
import type { Conversation } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";
import { describeConnection } from "./connection_text.ts";

/** Milliseconds of trouble before it is shown: a hiccup is over by then. */
const PATIENCE_MS = 600;

export function ConnectionBanner({ app, conversation }: { app: App; conversation: Conversation }) {
  const connection = useValue(conversation.store.connection);
  const signIn = useValue(app.signIn.state);
  const isTrouble = connection.kind !== "live";
  const [isShown, setShown] = useState(false);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isTrouble) return setShown(false);
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isTrouble]);
  useEffect(() => {
    setNow(Date.now());
    if (connection.kind !== "waiting") return;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [connection]);
  const described = describeConnection(connection, signIn, now);
  if (!described || !(isShown || described.isUrgent)) return null;
  return (
    <div class={`banner ${described.isUrgent ? "banner-urgent" : ""}`} role={described.isUrgent ? "alert" : undefined}>
      <Icon name={described.isUrgent ? "alert" : "clock"} />
      <span>{described.text}</span>
      {connection.kind === "closed" && (
        <button
          type="button"
          class="small"
          onClick={() => app.go({ kind: "new" })}
        >
          New chat
        </button>
      )}
    </div>
  );
}
