/** Above a conversation: its title, who is here, and what can be looked at. */
import { Presence } from "../connection/presence.tsx";
import { countOf } from "@opta/view/count_of";
import { Icon } from "../parts/icon.tsx";
import type { App } from "../state/app.ts";
import type { Conversation } from "../state/conversation.ts";
import { useSelected, useValue } from "../use_value.ts";

export function SessionHead({ app, conversation }: { app: App; conversation: Conversation | null }) {
  const route = useValue(app.route);
  return (
    <header class="head">
      <button
        type="button"
        class="quiet icon-button only-narrow"
        aria-label="Sessions"
        aria-expanded={useValue(app.isDrawerOpen)}
        aria-controls="sessions"
        onClick={() => app.isDrawerOpen.set(!app.isDrawerOpen.get())}
      >
        <Icon name="menu" />
      </button>
      {conversation
        ? <SessionFacts key={conversation.sessionId} app={app} conversation={conversation} />
        : <h1>{route.kind === "usage" ? "Usage" : "New chat"}</h1>}
    </header>
  );
}

function SessionFacts({ app, conversation }: { app: App; conversation: Conversation }) {
  const title = useSelected(conversation.store.state, ({ title }) => title) || "New chat";
  const cwd = useSelected(conversation.store.state, ({ workspace }) => workspace?.cwd);
  const background = useSelected(conversation.store.state, ({ background }) => background);
  const running = Object.values(background).filter(({ state }) => state === "running").length;
  return (
    <>
      <h1 title={title}>{title}</h1>
      <button
        type="button"
        class="quiet icon-button"
        aria-label="Details of the session"
        title="Details"
        onClick={() => app.dialog.set({ kind: "details" })}
      >
        <Icon name="details" />
      </button>
      {cwd !== undefined && (
        <span class="folder" title={`Tools work in ${cwd}`}>
          <Icon name="folder" />
          <span>{cwd.split(/[/\\]/).filter((part) => part !== "").at(-1) ?? cwd}</span>
        </span>
      )}
      <span class="spring" />
      {Object.keys(background).length > 0 && (
        <button
          type="button"
          class="quiet small"
          onClick={() => app.dialog.set({ kind: "background" })}
        >
          <Icon name="terminal" /> {running > 0 ? countOf(running, "process").replace(/ss$/, "sses") : "Processes"}
        </button>
      )}
      <Presence conversation={conversation} />
      <button
        type="button"
        class="quiet icon-button"
        aria-label="Find in this conversation"
        aria-keyshortcuts="Control+F"
        title="Find (Ctrl+F)"
        onClick={() => app.isFinding.set(true)}
      >
        <Icon name="search" />
      </button>
    </>
  );
}
