/** Choosing a model for the session that is shown, and choosing another session. */
import { useEffect, useState } from "preact/hooks";
import { Picker, type PickerItem } from "../parts/picker.tsx";
import { formatAge } from "../parts/format.ts";
import type { App } from "../state/app.ts";
import { messageOf } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";
import { statusNames, statusOf, titleOf } from "./session_status.ts";

/** Id of the item that gives the choice back to the daemon: no model has an empty name. */
const DAEMONS_CHOICE = "";

export function ModelPicker({ app }: { app: App }) {
  const [items, setItems] = useState<PickerItem[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const usual = useValue(app.status)?.model.model;
  const close = () => app.dialog.set(null);
  useEffect(() => {
    const leaving = new AbortController();
    app.api.call("listModels", { signal: leaving.signal }).then(
      ({ models }) => setItems(models.map(({ id, loaded }) => ({ id, label: id, ...(loaded && { hint: "loaded" }) }))),
      (error) => leaving.signal.aborted || setProblem(messageOf(error)),
    );
    return () => leaving.abort();
  }, []);
  const pick = (id: string) =>
    app.setModel(id === DAEMONS_CHOICE ? null : id).then(close, (error) => setProblem(messageOf(error)));
  const daemons = { id: DAEMONS_CHOICE, label: "The daemon's choice", ...(usual !== undefined && { hint: usual }) };
  return (
    <Picker
      title="Model of this session"
      items={items && [daemons, ...items]}
      current={app.conversation.get()?.store.state.get().model ?? DAEMONS_CHOICE}
      problem={problem}
      onPick={pick}
      onClose={close}
    />
  );
}

export function SessionPicker({ app }: { app: App }) {
  const { sessions, problem } = useValue(app.sessions.state);
  const route = app.route.get();
  const now = Date.now();
  return (
    <Picker
      title="Go to a session"
      items={sessions.map((session) => ({
        id: session.sessionId,
        label: titleOf(session),
        hint: statusOf(session) === "rests" ? formatAge(session.updatedAt, now) : statusNames[statusOf(session)],
      }))}
      current={route.kind === "session" ? route.sessionId : null}
      problem={problem}
      onPick={(sessionId) => {
        app.dialog.set(null);
        app.go({ kind: "session", sessionId });
      }}
      onClose={() => app.dialog.set(null)}
    />
  );
}
