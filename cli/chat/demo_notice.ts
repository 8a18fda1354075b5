/** What is said when the built-in demo answers, so that nobody takes it for a model. */
import type { Turn } from "@opta/protocol";
import { sanitizeLine } from "../output/sanitize.ts";

/** As it stands in `turn.start` and in the daemon's status. */
export const DEMO_PROVIDER = "opta-demo";

const DEMO_NOTICE =
  `the built-in demo answers, because no model server was found. Set one with "opta config set connection.host HOST"`;

export interface AnnounceOptions {
  /** Name every model, not the demo alone. */
  isVerbose: boolean;
  /** The provider that was asked for; whoever asked for the demo need not be told. */
  provider?: string;
  remark(text: string): void;
}

/** Gives what is to be called when a turn starts; it says who answers, once for each in a row. */
export function startAnnouncer({ isVerbose, provider, remark }: AnnounceOptions) {
  let said = "";
  return (start: NonNullable<Turn["start"]>): void => {
    const isDemo = start.provider === DEMO_PROVIDER;
    const isSurprise = isDemo && provider !== "demo" && provider !== DEMO_PROVIDER;
    const text = isSurprise
      ? DEMO_NOTICE
      : sanitizeLine(`${start.model} (${start.provider}, ${start.transport}) answers`);
    if ((isSurprise || isVerbose) && text !== said) remark(text);
    said = text;
  };
}
