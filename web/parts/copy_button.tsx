/** Puts a text on the clipboard and says that it did. */
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

/** Milliseconds for which it says so. */
const SHOWN_MS = 1_600;

export interface CopyButtonProps {
  /** What is copied, in words. */
  label: string;
  /** Made when it is wanted. */
  text(): string;
}

export function CopyButton({ label, text }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<"copied" | "failed" | null>(null);
  useEffect(() => {
    if (outcome === null) return;
    const timer = setTimeout(() => setOutcome(null), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => navigator.clipboard.writeText(text()).then(() => setOutcome("copied"), () => setOutcome("failed"));
  const said = outcome === "copied" ? "Copied" : outcome === "failed" ? "Not copied" : "Copy";
  return (
    <button type="button" class="quiet small" title={`Copy ${label}`} aria-label={`${said}: ${label}`} onClick={copy}>
      <Icon name={outcome === "copied" ? "check" : "copy"} />
      <span>{said}</span>
    </button>
  );
}
