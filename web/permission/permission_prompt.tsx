/**
 * A request for permission: everything that will happen, exactly and in full, and the answers. No answer counts before
 * the request has been on the screen for a while, and none is taken from who is writing something else [security 13]:
 * what keys and buttons do is decided by `PermissionAsking`.
 */
import { bodyOf } from "@opta/view/permission/request_body";
import { showExactly } from "@opta/view/permission/show_exactly";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { DiffView } from "../transcript/diff_view.tsx";
import type { AskedView } from "../state/asked_view.ts";
import type { Conversation } from "../state/conversation.ts";
import { useValue } from "../use_value.ts";
import { PermissionAnswers } from "./permission_answers.tsx";
import { readKey } from "./read_key.ts";
import { whenPainted } from "./when_painted.ts";

export function PermissionPrompt({ conversation }: { conversation: Conversation }) {
  const asked = useValue(conversation.asked);
  return asked && <Prompt key={asked.request.requestId} asked={asked} conversation={conversation} />;
}

function Prompt({ asked, conversation }: { asked: AskedView; conversation: Conversation }) {
  const { asking, clientId } = conversation;
  const { request, state, phase } = asked;
  const frame = useRef<HTMLElement>(null);
  const [text, setText] = useState("");
  useLayoutEffect(() => whenPainted(() => asking.painted(), () => asking.unseen()), [request.requestId]);
  useEffect(() => {
    if (isIdle()) frame.current?.focus({ preventScroll: true });
    return () => {
      // What had the focus is gone: back to where one writes.
      if (document.activeElement === document.body) document.getElementById("composer")?.focus();
    };
  }, []);
  const lines = useMemo(
    () => bodyOf(request, state.workspace?.cwd ?? null).map(({ kind, text }) => ({ kind, text: showExactly(text) })),
    [request, state.workspace],
  );
  const turn = state.active;
  const whose = turn && turn.clientId !== clientId ? ` for ${turn.writerId}` : "";
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || isField(event.target) || asking.isWriting) return;
    const key = readKey(event);
    if (!key || event.target instanceof HTMLButtonElement && (event.key === "Enter" || event.key === " ")) return;
    event.stopPropagation(); // it is heard once
    const { kind } = asking.press(key, !event.repeat);
    if (kind !== "free" || key.name === "escape") event.preventDefault();
    // What is no answer is for the message that somebody is writing: the letter goes there with the focus.
    if (kind === "free") document.getElementById("composer")?.focus();
  };
  return (
    <section
      ref={frame}
      class={`permission permission-${phase}`}
      tabIndex={-1}
      id="permission"
      aria-labelledby="permission-title"
      aria-describedby="permission-reason"
      onKeyDown={press}
    >
      <h2 id="permission-title">
        {request.needsAnswer ? "A question" : (
          <>
            <code>{showExactly(request.toolName)}</code> asks for permission
          </>
        )}
        {whose}
        {asked.waiting > 0 && <span class="tag">{asked.waiting} more</span>}
      </h2>
      <DiffView lines={lines} label="What is asked" />
      {!request.needsAnswer && (
        <p id="permission-reason" class="hint">
          Because {showExactly(request.reason)}
          {request.rule !== undefined && (
            <>
              {". "}For the session or always, it would allow: <code>{showExactly(request.rule)}</code>
            </>
          )}
        </p>
      )}
      <PermissionAnswers asked={asked} conversation={conversation} text={text} setText={setText} />
    </section>
  );
}

/** Nobody is writing: the focus may come here. */
function isIdle(): boolean {
  const { activeElement } = document;
  if (document.querySelector("dialog[open]")) return false;
  return !isField(activeElement) || activeElement.value === "";
}

function isField(target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
