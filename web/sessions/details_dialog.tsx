/**
 * What a session is, beside what was said: its ids and folders, who writes and who is here, and the hash of all that this
 * page holds of it. Two clients with the same hash see the same. Loaded when it is wanted.
 */
import { hashState } from "@opta/protocol/client";
import { useEffect, useState } from "preact/hooks";
import { transportName } from "../connection/connection_text.ts";
import { nameOf } from "../connection/presence.tsx";
import { CopyButton } from "../parts/copy_button.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { formatCount } from "../parts/format.ts";
import type { App } from "../state/app.ts";
import type { Conversation } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";

export function DetailsDialog({ app, conversation }: { app: App; conversation: Conversation }) {
  const state = useValue(conversation.store.state);
  const clients = useValue(conversation.store.presence);
  const connection = useValue(conversation.store.connection);
  const [hash, setHash] = useState({ seq: 0, text: "" });
  useEffect(() => {
    let isGone = false;
    hashState(state).then((text) => isGone || setHash({ seq: state.seq, text }));
    return () => isGone = true;
  }, [state]);
  const { reported, estimated, partial } = state.usage;
  const tokens = Object.entries({ reported, estimated, partial })
    .filter(([, { promptTokens, completionTokens }]) => promptTokens + completionTokens > 0)
    .map(([source, { promptTokens, completionTokens }]) =>
      `${formatCount(completionTokens)} out, ${formatCount(promptTokens)} in (${source})`
    );
  const facts: [name: string, value: string][] = [
    ["Session", state.sessionId],
    ["Model", state.model ?? `${app.status.get()?.model.model ?? ""} (the daemon's choice)`],
    ["Folders", state.workspace ? [state.workspace.cwd, ...state.workspace.dirs].join(", ") : "none"],
    ["Turns", `${state.turns.length}, with ${formatCount(state.toolCallCount)} tool calls`],
    ["Tokens", tokens.join("; ") || "none"],
    ["Writers", state.writers.join(", ") || "nobody yet"],
    ["Here now", clients.map(nameOf).join(", ")],
    ["Connection", "transport" in connection ? transportName(connection.transport) : connection.kind],
    ["Last event", `${state.seq}, of epoch ${state.epoch}`],
  ];
  return (
    <Dialog title="Details of the session" onClose={() => app.dialog.set(null)} kind="details">
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
        <div>
          <dt>State hash</dt>
          <dd>
            <code data-seq={hash.seq}>{hash.text}</code> <CopyButton label="hash" text={() => hash.text} />
          </dd>
        </div>
      </dl>
      <p class="hint">Two clients whose hash is the same at the same event see the same session.</p>
    </Dialog>
  );
}
