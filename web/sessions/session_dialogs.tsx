/** Renaming a session, and deleting one, which is asked twice because what runs in it ends. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import type { App } from "../state/app.ts";
import { messageOf } from "../state/conversation.ts";

interface SessionDialogProps {
  app: App;
  sessionId: string;
  title: string;
}

/** Longest title in UTF-16 units. */
const MAX_TITLE_LENGTH = 500;

export function RenameDialog({ app, sessionId, title }: SessionDialogProps) {
  const [text, setText] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  const { problem, isBusy, run } = useAct(app);
  useEffect(() => field.current?.select(), []);
  return (
    <Dialog title="Rename the session" onClose={() => app.dialog.set(null)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== "") run(() => app.sessions.rename(sessionId, text.trim()));
        }}
      >
        <label class="field">
          Title
          <input
            ref={field}
            value={text}
            maxLength={MAX_TITLE_LENGTH}
            autoFocus
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        {problem !== null && <p class="problem" role="alert">{problem}</p>}
        <div class="dialog-acts">
          <button type="button" class="quiet" onClick={() => app.dialog.set(null)}>Keep the old one</button>
          <button type="submit" class="allow" disabled={isBusy || text.trim() === ""}>Rename</button>
        </div>
      </form>
    </Dialog>
  );
}

export function DeleteDialog({ app, sessionId, title }: SessionDialogProps) {
  const { problem, isBusy, run } = useAct(app);
  const remove = async () => {
    await app.sessions.remove(sessionId);
    app.drafts.set(sessionId, "");
    const route = app.route.get();
    if (route.kind === "session" && route.sessionId === sessionId) app.go({ kind: "new" });
  };
  return (
    <Dialog title="Delete the session?" onClose={() => app.dialog.set(null)}>
      <p>
        <strong>{title}</strong> goes with all that was said in it. What runs in it is cancelled. For a week{" "}
        <code>opta sessions restore</code> can bring it back.
      </p>
      {problem !== null && <p class="problem" role="alert">{problem}</p>}
      <div class="dialog-acts">
        <button type="button" class="quiet" autoFocus onClick={() => app.dialog.set(null)}>Keep it</button>
        <button type="button" class="deny" disabled={isBusy} onClick={() => run(remove)}>Delete</button>
      </div>
    </Dialog>
  );
}

/** Runs what a dialog is for, and closes it when that was done. */
function useAct(app: App) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const run = async (act: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await act();
      app.dialog.set(null);
    } catch (error) {
      setProblem(messageOf(error));
      setBusy(false);
    }
  };
  return { problem, isBusy, run };
}
