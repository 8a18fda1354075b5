/** The page: the list of sessions beside what is shown, and dialogs over both. */
import type { Turn } from "@opta/protocol";
import { useEffect } from "preact/hooks";
import { Composer } from "./composer/composer.tsx";
import { questionOf } from "@opta/view/question_again";
import { QueuePanel } from "./composer/queue_panel.tsx";
import { ConnectionBanner } from "./connection/connection_banner.tsx";
import { SignedOut } from "./connection/signed_out.tsx";
import { useShortcuts } from "./help/use_shortcuts.ts";
import { lazy } from "./parts/lazy.tsx";
import { PermissionPrompt } from "./permission/permission_prompt.tsx";
import { DeleteDialog, RenameDialog } from "./sessions/session_dialogs.tsx";
import { SessionHead } from "./sessions/session_head.tsx";
import { Sidebar } from "./sessions/sidebar.tsx";
import type { App } from "./state/app.ts";
import type { Conversation } from "./state/conversation.ts";
import { rowCount } from "./transcript/rows.ts";
import { Transcript } from "./transcript/transcript.tsx";
import { useSelected, useValue } from "./use_value.ts";
import { Welcome } from "./welcome.tsx";

const HelpDialog = lazy<{ app: App }>(() => import("./help/help_dialog.tsx").then((part) => part.HelpDialog));
const ModelPicker = lazy<{ app: App }>(() => import("./sessions/pickers.tsx").then((part) => part.ModelPicker), true);
const SessionPicker = lazy<{ app: App }>(
  () => import("./sessions/pickers.tsx").then((part) => part.SessionPicker),
  true,
);
const UsageView = lazy<{ app: App }>(() => import("./usage/usage_view.tsx").then((part) => part.UsageView));
const BackgroundDialog = lazy<{ app: App; conversation: Conversation }>(() =>
  import("./background/background_dialog.tsx").then((part) => part.BackgroundDialog)
);
const DetailsDialog = lazy<{ app: App; conversation: Conversation }>(() =>
  import("./sessions/details_dialog.tsx").then((part) => part.DetailsDialog)
);

export function AppView({ app }: { app: App }) {
  const isDrawerOpen = useValue(app.isDrawerOpen);
  const route = useValue(app.route);
  const conversation = useValue(app.conversation);
  useShortcuts(app);
  useTitle(app);
  return (
    <div class={`app ${isDrawerOpen ? "app-drawer" : ""}`}>
      <button type="button" class="skip" onClick={() => document.getElementById("composer")?.focus()}>
        Skip to the message box
      </button>
      <Sidebar app={app} />
      {isDrawerOpen && <div class="shade" onClick={() => app.isDrawerOpen.set(false)} />}
      <div class="main">
        <SessionHead app={app} conversation={conversation} />
        <SignedOut app={app} />
        {conversation && <ConnectionBanner key={conversation.sessionId} app={app} conversation={conversation} />}
        <main>
          {route.kind === "usage"
            ? <UsageView app={app} />
            : conversation
            ? <ConversationView key={conversation.sessionId} app={app} conversation={conversation} />
            : <Welcome app={app} />}
        </main>
      </div>
      <Announcements app={app} />
      <Dialogs app={app} conversation={conversation} />
    </div>
  );
}

function ConversationView({ app, conversation }: { app: App; conversation: Conversation }) {
  const isFinding = useValue(app.isFinding);
  const isEmpty = useSelected(conversation.store.state, (state) => rowCount(state) === 0);
  const isThere = useSelected(conversation.store.state, ({ epoch }) => epoch !== "");
  const { mode } = useValue(app.preferences.value);
  const retry = (turn: Turn) => {
    const { content, mode, overrides } = questionOf(turn, null);
    conversation.submit(content, mode, overrides);
  };
  return (
    <>
      <Transcript
        conversation={conversation}
        isFinding={isFinding}
        onFound={() => app.isFinding.set(false)}
        onRetry={retry}
      />
      {isEmpty && <p class="hint empty">{isThere ? "Nothing has been said yet" : "Opening …"}</p>}
      <div class="dock">
        <RemarkBar conversation={conversation} />
        <PermissionPrompt conversation={conversation} />
        <QueuePanel conversation={conversation} />
        <Composer app={app} conversation={conversation} onSend={(content) => conversation.submit(content, mode)} />
      </div>
    </>
  );
}

/** Milliseconds for which a word on what happened elsewhere stays. */
const REMARK_MS = 8_000;

function RemarkBar({ conversation }: { conversation: Conversation }) {
  const remark = useValue(conversation.remark);
  useEffect(() => {
    if (!remark || remark.isProblem) return;
    const timer = setTimeout(() => conversation.dismissRemark(), REMARK_MS);
    return () => clearTimeout(timer);
  }, [remark]);
  if (!remark) return null;
  return (
    <div class={`remark ${remark.isProblem ? "problem" : ""}`}>
      <span>{remark.text}</span>
      <button type="button" class="quiet small" onClick={() => conversation.dismissRemark()}>Dismiss</button>
    </div>
  );
}

function Announcements({ app }: { app: App }) {
  const polite = useValue(app.announcer.polite);
  const urgent = useValue(app.announcer.urgent);
  return (
    <div class="visually-hidden">
      <p role="status" aria-live="polite">{polite}</p>
      <p role="alert" aria-live="assertive">{urgent}</p>
    </div>
  );
}

function Dialogs({ app, conversation }: { app: App; conversation: Conversation | null }) {
  const dialog = useValue(app.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case "help":
      return <HelpDialog app={app} />;
    case "models":
      return <ModelPicker app={app} />;
    case "switch":
      return <SessionPicker app={app} />;
    case "background":
      return conversation && <BackgroundDialog app={app} conversation={conversation} />;
    case "details":
      return conversation && <DetailsDialog app={app} conversation={conversation} />;
    case "rename":
      return <RenameDialog app={app} {...dialog} />;
    case "delete":
      return <DeleteDialog app={app} {...dialog} />;
    default:
      return dialog satisfies never;
  }
}

/** The title of the tab tells how the session is doing, for who looks at another one. */
function useTitle(app: App): void {
  useEffect(() => {
    let leave = () => {};
    const follow = () => {
      leave();
      const conversation = app.conversation.get();
      const show = () => document.title = titleOf(conversation);
      show();
      const stops = conversation ? [conversation.store.state.subscribe(show), conversation.asked.subscribe(show)] : [];
      leave = () => stops.forEach((stop) => stop());
    };
    follow();
    const stop = app.conversation.subscribe(follow);
    return () => {
      stop();
      leave();
    };
  }, []);
}

function titleOf(conversation: Conversation | null): string {
  if (!conversation) return "Opta";
  const { title, active } = conversation.store.state.get();
  const sign = conversation.asked.get() ? "(?) " : active ? "… " : "";
  return `${sign}${title || "New chat"} · Opta`;
}
