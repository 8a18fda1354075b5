/** Code with its language, a button that copies it, and colours once its grammar has been loaded. */
import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";
import { type CodeContent, codeText } from "@opta/view/markdown";
import { CopyButton } from "../parts/copy_button.tsx";

type Highlight = typeof import("@opta/view/highlight");

/** UTF-16 units of a code that is coloured while it is still coming: colouring is done again with each frame. */
const MAX_OPEN_LENGTH = 3_000;

let loading: Promise<Highlight> | null = null;
/** `null` before any code was to be coloured. */
let highlight: Highlight | null = null;

export function CodeBlock({ code, isOpen }: { code: CodeContent; isOpen: boolean }) {
  const { language } = code;
  const [, redraw] = useState(0);
  useEffect(() => {
    let isGone = false;
    if (language !== "") loadColours(language).then(() => isGone || redraw((count) => count + 1));
    return () => isGone = true;
  }, [language]);
  const text = codeText(code);
  return (
    <figure class="code-block">
      <figcaption>
        <span>{language || "text"}</span>
        <CopyButton label="code" text={() => text} />
      </figcaption>
      <pre
        tabIndex={0}
        aria-label={`Code${language && `, ${language}`}`}
      ><code>{colour(text, language, isOpen)}</code></pre>
    </figure>
  );
}

async function loadColours(language: string): Promise<void> {
  try {
    loading ??= import("@opta/view/highlight");
    const loaded = await loading;
    await loaded.loadLanguage(language);
    highlight = loaded;
  } catch {
    loading = null; // the code stays plain; the next one tries again
  }
}

function colour(text: string, language: string, isOpen: boolean): ComponentChild {
  if (language === "" || (isOpen && text.length > MAX_OPEN_LENGTH)) return text;
  const spans = highlight?.highlightSync(text, language);
  if (!spans) return text;
  return spans.map(({ text, kind }, at) => kind === null ? text : <span key={at} class={`hl-${kind}`}>{text}</span>);
}
