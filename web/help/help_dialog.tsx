/** Keys and commands, and the switch for single letters. Loaded when it is wanted. */
import { slashCommands } from "../composer/slash_commands.ts";
import { Dialog } from "../parts/dialog.tsx";
import type { App } from "../state/app.ts";
import { useValue } from "../use_value.ts";
import { shortcutHelp } from "./shortcuts.ts";

export function HelpDialog({ app }: { app: App }) {
  const { singleKeys } = useValue(app.preferences.value);
  return (
    <Dialog title="Keys and commands" onClose={() => app.dialog.set(null)} kind="help">
      <div class="help-columns">
        <section aria-labelledby="help-keys">
          <h3 id="help-keys">Keys</h3>
          <dl>
            {shortcutHelp.map(([keys, does]) => (
              <div key={does}>
                <dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <label class="check">
            <input
              type="checkbox"
              checked={singleKeys}
              onChange={(event) => app.preferences.set({ singleKeys: event.currentTarget.checked })}
            />
            Single letters are shortcuts where nothing is written
          </label>
        </section>
        <section aria-labelledby="help-commands">
          <h3 id="help-commands">In the message box</h3>
          <dl>
            {Object.entries(slashCommands).map(([name, does]) => (
              <div key={name}>
                <dt>
                  <code>/{name}</code>
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
          <p class="hint">
            Two slashes send a text that begins with one. A draft stays in this tab; leaving, or closing the tab,
            changes nothing of a turn that runs.
          </p>
        </section>
      </div>
    </Dialog>
  );
}
