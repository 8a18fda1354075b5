/** What waits: turns behind the one that runs, with who wrote them; and messages that are on their way, or were refused. */
import type { Turn } from "@opta/protocol";
import { Icon } from "../parts/icon.tsx";
import type { Conversation, Outgoing } from "../state/conversation.ts";
import { useSelected, useValue } from "../use_value.ts";
import { compose } from "./composer.tsx";

/** Turns that are shown; the others are counted. */
const MAX_SHOWN = 5;

export function QueuePanel({ conversation }: { conversation: Conversation }) {
  const queue = useSelected(conversation.store.state, ({ queue }) => queue);
  const isRunning = useSelected(conversation.store.state, ({ active }) => active !== null);
  const outgoing = useValue(conversation.outgoing);
  const waiting = isRunning ? queue : queue.slice(1); // the first one stands in the transcript
  const known = new Set(queue.map(({ clientTurnId }) => clientTurnId));
  const onTheirWay = outgoing.filter(({ clientTurnId }) => !known.has(clientTurnId));
  if (waiting.length === 0 && onTheirWay.length === 0) return null;
  return (
    <section class="queue" aria-label="Waiting messages">
      <ol>
        {waiting.slice(0, MAX_SHOWN).map((turn) => (
          <Waiting
            key={turn.turnId}
            turn={turn}
            conversation={conversation}
          />
        ))}
        {onTheirWay.map((item) => <OnItsWay key={item.clientTurnId} item={item} conversation={conversation} />)}
      </ol>
      {waiting.length > MAX_SHOWN && <p class="hint">and {waiting.length - MAX_SHOWN} more</p>}
    </section>
  );
}

function Waiting({ turn, conversation }: { turn: Turn; conversation: Conversation }) {
  const { writerId, content, turnId, mode, cancelRequested } = turn;
  return (
    <li>
      <Icon name="clock" />
      <span class="writer">{writerId}</span>
      {mode !== "chat" && <span class="tag">{mode}</span>}
      <span class="queue-text">{content}</span>
      <button
        type="button"
        class="quiet icon-button"
        disabled={cancelRequested}
        aria-label={`Remove from the queue: ${content.slice(0, 60)}`}
        title="Remove from the queue"
        onClick={() => conversation.cancel(turnId)}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

function OnItsWay({ item, conversation }: { item: Outgoing; conversation: Conversation }) {
  const { clientTurnId, content, problem } = item;
  if (problem === null) {
    return (
      <li class="queue-sending">
        <span class="pulse">sending</span>
        <span class="queue-text">{content}</span>
      </li>
    );
  }
  return (
    <li class="queue-refused" role="alert">
      <Icon name="alert" />
      <span class="queue-text">
        {content}
        <span class="problem">{problem}</span>
      </span>
      <button type="button" class="quiet small" onClick={() => conversation.resend(clientTurnId)}>Try again</button>
      <button type="button" class="quiet small" onClick={() => compose(conversation.takeBack(clientTurnId))}>
        Edit
      </button>
      <button type="button" class="quiet small" onClick={() => conversation.takeBack(clientTurnId)}>Discard</button>
    </li>
  );
}
