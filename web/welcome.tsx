/** A chat that does not exist yet: its first message makes it, in the folder that its tools may touch. */
import { useState } from "preact/hooks";
import { compose, Composer, modeHints } from "./composer/composer.tsx";
import type { App } from "./state/app.ts";
import { messageOf } from "./state/conversation.ts";
import { useValue } from "./use_value.ts";

export function Welcome({ app }: { app: App }) {
  const { mode, folder } = useValue(app.preferences.value);
  const [cwd, setCwd] = useState(folder);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const status = useValue(app.status);
  const begin = (content: string) => {
    setProblem(null);
    setBusy(true);
    app.begin(content, cwd.trim()).catch((error) => {
      setBusy(false);
      setProblem(messageOf(error));
      compose(content); // nothing that was written is lost
    });
  };
  return (
    <div class="welcome">
      <div class="welcome-body">
        <h2>What is to be done?</h2>
        <p class="hint">
          {status ? `${status.model.model} answers. ` : ""}
          Mode <strong>{mode}</strong>: {modeHints[mode]}.
        </p>
        {isBusy && (
          <p class="hint" role="status">
            <span class="pulse">Beginning</span>
          </p>
        )}
        {problem !== null && <p class="problem" role="alert">{problem}</p>}
        <Composer app={app} conversation={null} onSend={begin} />
        <label class="field folder-field">
          <span>Folder that tools may work in</span>
          <input
            value={cwd}
            spellcheck={false}
            autocomplete="off"
            placeholder="none: an absolute path, such as /home/ann/project"
            onInput={(event) => setCwd(event.currentTarget.value)}
          />
        </label>
      </div>
    </div>
  );
}
