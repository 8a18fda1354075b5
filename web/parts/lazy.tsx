/** A part of the page that is loaded when it is shown first. */
import type { ComponentChild, FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

type Loaded<P> = { kind: "loading" } | { kind: "ready"; draw: FunctionComponent<P> } | { kind: "failed" };

/**
 * @param load a dynamic import; it is tried again the next time after it has failed
 * @param isSoon it is loaded as soon as the page has nothing else to do: keys that are pressed next are meant for it
 */
export function lazy<P extends object>(
  load: () => Promise<FunctionComponent<P>>,
  isSoon = false,
): FunctionComponent<P> {
  let known: FunctionComponent<P> | null = null;
  // Not every browser has idle time to give.
  if (isSoon) globalThis.requestIdleCallback?.(() => load().then((draw) => known = draw, () => {}));
  return function Lazy(props: P): ComponentChild {
    const [loaded, setLoaded] = useState<Loaded<P>>(known ? { kind: "ready", draw: known } : { kind: "loading" });
    useEffect(() => {
      if (loaded.kind !== "loading") return;
      let isGone = false;
      const show = (next: Loaded<P>) => isGone || setLoaded(next);
      load().then((draw) => show({ kind: "ready", draw: known = draw }), () => show({ kind: "failed" }));
      return () => isGone = true;
    }, []);
    if (loaded.kind === "loading") return <p class="hint">Loading …</p>;
    if (loaded.kind === "failed") {
      return <p class="problem" role="alert">This part of the page could not be loaded. Load the page again.</p>;
    }
    const Draw = loaded.draw;
    return <Draw {...props} />;
  };
}
