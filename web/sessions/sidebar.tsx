/** The list of sessions: how each is doing, a search in all that was said, and what can be done with one. */
import type { SessionSummary } from "@opta/protocol";
import { useEffect, useRef, useState } from "preact/hooks";
import { memo } from "../memo.tsx";
import { formatAge } from "../parts/format.ts";
import { Icon } from "../parts/icon.tsx";
import type { App } from "../state/app.ts";
import { useValue } from "../use_value.ts";
import { statusNames, statusOf, titleOf } from "./session_status.ts";
import { ThemeButton } from "./theme_button.tsx";

/** Milliseconds without a key until the search begins. */
const SEARCH_DELAY_MS = 180;
/** Milliseconds after which the ages of sessions are drawn again. */
const AGE_MS = 30_000;

export function Sidebar({ app }: { app: App }) {
  const list = useValue(app.sessions.state);
  const route = useValue(app.route);
  const now = useNow(AGE_MS);
  const isDrawerOpen = useValue(app.isDrawerOpen);
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const active = document.activeElement;
    if (!isDrawerOpen || active?.id === "session-search") return;
    close.current?.focus();
    return () => active instanceof HTMLElement && active.focus();
  }, [isDrawerOpen]);
  const current = route.kind === "session" ? route.sessionId : null;
  return (
    <nav class="sidebar" aria-label="Sessions" id="sessions">
      <div class="sidebar-head">
        <span class="brand">Opta</span>
        <ThemeButton app={app} />
        <button
          ref={close}
          type="button"
          class="quiet icon-button only-narrow"
          aria-label="Close the list"
          onClick={() => app.isDrawerOpen.set(false)}
        >
          <Icon name="close" />
        </button>
      </div>
      <button type="button" class="new-chat" aria-keyshortcuts="n" onClick={() => app.go({ kind: "new" })}>
        <Icon name="plus" /> New chat
      </button>
      <Search app={app} query={list.query} />
      {list.problem !== null && (
        <p class="problem" role="status" title={list.problem}>This list is an old one: the daemon does not answer.</p>
      )}
      <ul class="session-list" aria-busy={list.isLoading}>
        {list.sessions.map((session) => (
          <SessionItem
            key={session.sessionId}
            session={session}
            isCurrent={session.sessionId === current}
            age={formatAge(session.updatedAt, now)}
            app={app}
          />
        ))}
      </ul>
      {list.sessions.length === 0 && !list.isLoading && (
        <p class="hint empty">{list.query === "" ? "No sessions yet" : "Nothing was found"}</p>
      )}
      {list.hasMore && <button type="button" class="quiet small" onClick={() => app.sessions.more()}>Show more</button>}
      <div class="sidebar-foot">
        <button
          type="button"
          class="quiet small"
          aria-current={route.kind === "usage" ? "page" : undefined}
          onClick={() => app.go({ kind: "usage" })}
        >
          <Icon name="chart" /> Usage
        </button>
        <button
          type="button"
          class="quiet small"
          aria-keyshortcuts="?"
          onClick={() => app.dialog.set({ kind: "help" })}
        >
          <Icon name="help" /> Keys <kbd>?</kbd>
        </button>
      </div>
    </nav>
  );
}

function Search({ app, query }: { app: App; query: string }) {
  const [text, setText] = useState(query);
  useEffect(() => {
    const timer = setTimeout(() => app.sessions.search(text), SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <search class="session-search">
      <Icon name="search" />
      <input
        type="search"
        id="session-search"
        aria-label="Search in all sessions"
        placeholder="Search"
        value={text}
        maxLength={500}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || text === "") return;
          event.stopPropagation();
          setText("");
        }}
      />
    </search>
  );
}

interface SessionItemProps {
  session: SessionSummary;
  isCurrent: boolean;
  age: string;
  app: App;
}

const SessionItem = memo<SessionItemProps>(({ session, isCurrent, age, app }) => {
  const { sessionId } = session;
  const title = titleOf(session);
  const status = statusOf(session);
  return (
    <li class={`session session-${status}`}>
      <a
        href={`#session=${encodeURIComponent(sessionId)}`}
        aria-current={isCurrent ? "page" : undefined}
        onClick={() => app.isDrawerOpen.set(false)}
      >
        <span class="status-dot" role="img" aria-label={statusNames[status]} title={statusNames[status]} />
        <span class="session-title" title={title}>{title}</span>
        <span class="session-age">{age}</span>
      </a>
      <span class="session-acts">
        <button
          type="button"
          class="quiet icon-button"
          aria-label={`Rename: ${title}`}
          title="Rename"
          onClick={() => app.dialog.set({ kind: "rename", sessionId, title: session.title })}
        >
          <Icon name="edit" />
        </button>
        <button
          type="button"
          class="quiet icon-button"
          aria-label={`Delete: ${title}`}
          title="Delete"
          onClick={() => app.dialog.set({ kind: "delete", sessionId, title })}
        >
          <Icon name="trash" />
        </button>
      </span>
    </li>
  );
});

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}
