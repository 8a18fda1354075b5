/** Who else is attached to the session, and over what this page is. */
import type { AttachedClient } from "@opta/protocol";
import type { Conversation } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";
import { transportName } from "./connection_text.ts";

/** Names that are shown; the others are counted. */
const MAX_NAMED = 3;

export function Presence({ conversation }: { conversation: Conversation }) {
  const clients = useValue(conversation.store.presence);
  const connection = useValue(conversation.store.connection);
  const others = clients.filter(({ clientId }) => clientId !== conversation.clientId);
  const more = others.length - MAX_NAMED + conversation.session.presenceMore;
  const all = others.map(nameOf).join(", ");
  return (
    <div class="presence">
      {others.length > 0 && (
        <ul aria-label="Also here" title={`Also here: ${all}`}>
          {others.slice(0, MAX_NAMED).map((client) => <li key={client.clientId}>{nameOf(client)}</li>)}
          {more > 0 && <li>+{more}</li>}
        </ul>
      )}
      {(connection.kind === "live" || connection.kind === "replaying") && (
        <span class="transport" title={`Connected by ${transportName(connection.transport)}`}>
          {connection.transport.toUpperCase()}
        </span>
      )}
    </div>
  );
}

/** `ann (web)` is a name that says it already. */
export function nameOf({ writerId, kind, clientId }: AttachedClient): string {
  const name = writerId ?? clientId.slice(0, 8);
  return kind === "unknown" || name.includes("(") ? name : `${name} (${kind})`;
}
