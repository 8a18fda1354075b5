/** The answers to a request for permission: buttons that name their keys, or a field to write in. */
import { useLayoutEffect, useRef } from "preact/hooks";
import { MAX_ANSWER_LENGTH } from "@opta/protocol";
import type { AskedView } from "../state/asked_view.ts";
import type { Conversation } from "../state/conversation.ts";

export interface PermissionAnswersProps {
  asked: AskedView;
  conversation: Conversation;
  /** What has been written as an answer, or as the reason. */
  text: string;
  setText(text: string): void;
}

interface Answer {
  key: string;
  label: string;
  kind?: "allow" | "deny";
}

export function PermissionAnswers(props: PermissionAnswersProps) {
  const { asked, conversation: { asking } } = props;
  if (asked.isWriting) return <WrittenAnswer {...props} />;
  const isOpen = asked.phase === "open";
  const press = (key: string, event: MouseEvent) => {
    if (event.detail > 1) return; // of a double click, the second
    asking.press({ name: "text", text: key }, true);
  };
  return (
    <div class="answers" role="group" aria-label="Answers">
      {answersTo(asked).map(({ key, label, kind }) => (
        <button
          type="button"
          key={key}
          class={kind ?? ""}
          aria-disabled={!isOpen}
          aria-keyshortcuts={key}
          onClick={(event) => isOpen && press(key, event)}
        >
          {label} <kbd>{key}</kbd>
        </button>
      ))}
      <span class="hint" role="status">{asked.phase === "decided" ? "Deciding …" : ""}</span>
    </div>
  );
}

function answersTo({ offers }: AskedView): Answer[] {
  const { answers, canWiden, canExplain } = offers;
  if (answers) {
    return [
      ...answers.slice(0, 9).map((label, i) => ({ key: String(i + 1), label })),
      { key: "w", label: "Write an answer" },
      { key: "n", label: "No answer", kind: "deny" as const },
    ];
  }
  return [
    { key: "y", label: "Allow", kind: "allow" },
    { key: "n", label: "Deny", kind: "deny" },
    ...(canWiden ? [{ key: "s", label: "Allow for this session" }, { key: "a", label: "Always in this folder" }] : []),
    ...(canExplain ? [{ key: "d", label: "Deny, and say why" }] : []),
  ];
}

function WrittenAnswer({ asked, conversation, text, setText }: PermissionAnswersProps) {
  const { asking } = conversation;
  const field = useRef<HTMLTextAreaElement>(null);
  const isReason = asked.isWriting === "reason";
  const label = isReason ? "Why it is denied: sent as the next message" : "Your answer";
  useLayoutEffect(() => field.current?.focus(), []); // before the next key
  const enter = () => {
    asking.enter(text);
    if (isReason && text.trim() !== "") conversation.submit(text.trim(), asked.state.active?.mode ?? "chat");
  };
  const back = () => {
    asking.press({ name: "escape" }, true);
    document.getElementById("permission")?.focus();
  };
  return (
    <div class="answers answers-written">
      <textarea
        ref={field}
        rows={2}
        value={text}
        maxLength={MAX_ANSWER_LENGTH}
        aria-label={label}
        placeholder={label}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing) return;
          if (event.key === "Enter" && !event.shiftKey) enter();
          else if (event.key === "Escape") back();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      <button type="button" class={isReason ? "deny" : "allow"} onClick={enter}>
        {isReason ? "Deny" : "Answer"} <kbd>Enter</kbd>
      </button>
      <button type="button" class="quiet" onClick={back}>
        Back <kbd>Esc</kbd>
      </button>
    </div>
  );
}
