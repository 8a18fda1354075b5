/**
 * Where a message is written: several lines, commands that begin with a slash, the mode and the model of the next turn. The
 * draft is kept by session, in this tab alone.
 */
import { MAX_CONTENT_LENGTH, TurnMode } from "@opta/protocol";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import { formatCount } from "../parts/format.ts";
import { readKey } from "../permission/read_key.ts";
import { type App, NEW_CHAT } from "../state/app.ts";
import type { Conversation } from "../state/conversation.ts";
import { currentTurn } from "../transcript/rows.ts";
import { useSelected, useValue } from "../use_value.ts";
import { lastTurnOf } from "@opta/view/question_again";
import { runCommand } from "./run_command.ts";
import { readEntry, type SlashCommand, slashCommands, suggestCommands } from "./slash_commands.ts";

export const modeHints: Record<TurnMode, string> = {
  chat: "answers, with reading tools",
  do: "works with all tools, asking first",
  plan: "makes a plan, changes nothing",
  review: "reviews, changes nothing",
  research: "looks things up, changes nothing",
};

export interface ComposerProps {
  app: App;
  /** `null` for a chat that does not exist yet. */
  conversation: Conversation | null;
  /** Sends a message. */
  onSend(content: string): void;
}

export function Composer({ app, conversation, onSend }: ComposerProps) {
  const draftKey = conversation?.sessionId ?? NEW_CHAT;
  const [text, setTextOnly] = useState(() => app.drafts.get(draftKey));
  const [problem, setProblem] = useState<string | null>(null);
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLTextAreaElement>(null);
  const { mode } = useValue(app.preferences.value);
  const suggestions = suggestCommands(text);
  const setText = (text: string) => {
    app.drafts.set(draftKey, text);
    setTextOnly(text);
    setProblem(null);
    setChosen(0);
  };
  useLayoutEffect(() => {
    if (field.current) fitHeight(field.current);
  }, [text]);
  useEffect(() => {
    if (!document.querySelector("dialog[open]") && matchMedia("(hover: hover)").matches) field.current?.focus();
    const take = (event: Event) => {
      setText(String((event as CustomEvent).detail));
      field.current?.focus();
    };
    document.addEventListener(COMPOSE, take);
    return () => document.removeEventListener(COMPOSE, take);
  }, []);

  const send = () => {
    const entry = readEntry(field.current?.value ?? ""); // what stands there: drawing may be a letter behind
    switch (entry.kind) {
      case "nothing":
        return;
      case "unknown":
        return setProblem(`There is no command ${entry.word}. To send a text that begins with a slash, type //`);
      case "command":
        setText("");
        return runCommand(entry.name, entry.argument, app, setProblem);
      case "message":
        if (entry.content.length > MAX_CONTENT_LENGTH) {
          return setProblem(`The message is too long: at most ${formatCount(MAX_CONTENT_LENGTH)} characters`);
        }
        setText("");
        return onSend(entry.content);
      default:
        entry satisfies never;
    }
  };
  const take = (name: SlashCommand) => {
    setText(`/${name} `);
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    const key = readKey(event);
    if (key && conversation && !conversation.asked.get()) conversation.asking.press(key, true); // somebody is typing
    if (suggestions.length > 0 && pressInSuggestions(event)) return event.preventDefault();
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      if (!event.repeat) send();
    } else if (event.key === "ArrowUp" && text === "" && conversation) {
      const last = lastTurnOf(conversation.store.state.get(), conversation.writerId);
      if (last) setText(last.content);
    }
  };
  const pressInSuggestions = ({ key }: KeyboardEvent): boolean => {
    const count = suggestions.length;
    const name = suggestions[chosen];
    if (key === "ArrowDown") setChosen((chosen + 1) % count);
    else if (key === "ArrowUp") setChosen((chosen + count - 1) % count);
    else if (key === "Escape") setText("");
    else if (key === "Tab" && name) take(name);
    else if (key === "Enter" && name && text !== `/${name}`) take(name);
    else return false;
    return true;
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {suggestions.length > 0 && (
        <ul class="suggestions" role="listbox" id="suggestions" aria-label="Commands">
          {suggestions.map((name, i) => (
            <li
              key={name}
              id={`suggestion-${name}`}
              role="option"
              aria-selected={i === chosen}
              onMouseDown={(event) => {
                event.preventDefault(); // the focus stays in the field
                take(name);
              }}
            >
              <code>/{name}</code> <span>{slashCommands[name]}</span>
            </li>
          ))}
        </ul>
      )}
      {problem !== null && <p class="problem" role="alert">{problem}</p>}
      <div class="composer-box">
        <textarea
          ref={field}
          id="composer"
          rows={1}
          value={text}
          dir="auto"
          placeholder="Message, or / for commands"
          aria-label="Message"
          aria-describedby="composer-hint"
          aria-autocomplete="list"
          aria-controls={suggestions.length > 0 ? "suggestions" : undefined}
          aria-activedescendant={suggestions.length > 0 ? `suggestion-${suggestions[chosen]}` : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={press}
        />
        <div class="composer-row">
          <label class="mode" title={modeHints[mode]}>
            <span class="visually-hidden">Mode</span>
            <select
              value={mode}
              onChange={(event) => app.preferences.set({ mode: TurnMode.parse(event.currentTarget.value) })}
            >
              {TurnMode.options.map((name) => <option key={name} value={name}>{name}</option>)}
            </select>
          </label>
          {conversation && <ModelButton app={app} conversation={conversation} />}
          <span id="composer-hint" class="hint composer-hint">Enter sends, Shift+Enter begins a line</span>
          {conversation && <StopButton conversation={conversation} />}
          <button type="submit" class="send" aria-label="Send" disabled={text.trim() === ""}>
            <Icon name="send" />
          </button>
        </div>
      </div>
    </form>
  );
}

function ModelButton({ app, conversation }: { app: App; conversation: Conversation }) {
  const own = useSelected(conversation.store.state, ({ model }) => model);
  const usual = useValue(app.status)?.model.model;
  return (
    <button
      type="button"
      class="quiet small model"
      aria-label={`Model: ${own ?? usual ?? "chosen by the daemon"}. Choose another`}
      title="Choose the model of this session"
      onClick={() => app.dialog.set({ kind: "models" })}
    >
      {own ?? usual ?? "model"}
    </button>
  );
}

function StopButton({ conversation }: { conversation: Conversation }) {
  const running = useSelected(conversation.store.state, currentTurn);
  if (!running) return null;
  return (
    <button
      type="button"
      class="stop"
      disabled={running.cancelRequested}
      aria-keyshortcuts="Escape"
      title="Cancel the turn that runs (Esc)"
      onClick={() => conversation.cancel(running.turnId)}
    >
      <Icon name="stop" /> Stop
    </button>
  );
}

/** As high as its text, up to what the style allows. */
function fitHeight(field: HTMLTextAreaElement): void {
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}

const COMPOSE = "opta-compose";

/** Puts a text into the message box, such as a message that was refused. */
export function compose(text: string): void {
  document.dispatchEvent(new CustomEvent(COMPOSE, { detail: text }));
}
