/** The first lines of a chat: which session, and who answers. */
import { type DaemonStatus, type SessionState, VERSION } from "@opta/protocol";
import type { Colors } from "../colors.ts";
import { sanitizeLine } from "../sanitize.ts";
import { wrapWords } from "../wrap_words.ts";
import { DEMO_PROVIDER } from "./demo_notice.ts";

/** @param status `null` when the daemon could not tell */
export function formatHeader(
  state: SessionState,
  status: Pick<DaemonStatus, "model"> | null,
  { colors, columns }: { colors: Colors; columns: number },
): string {
  const { bold, dim, yellow } = colors;
  const title = sanitizeLine(state.title);
  const first = `${bold(`opta ${VERSION}`)} ${dim(`· session ${state.sessionId}${title && ` · ${title}`}`)}`;
  const usual = status?.model;
  const isDemo = state.model === null && usual?.provider === DEMO_PROVIDER;
  const lines = isDemo
    ? [first, yellow(sanitizeLine(usual.reason))]
    : [first, dim(`model ${describeModel(state.model, usual)}`)];
  return `${wrapWords([...lines, dim("/help lists the commands")].join("\n"), columns)}\n\n`;
}

function describeModel(own: string | null, usual: DaemonStatus["model"] | undefined): string {
  if (own !== null) return `${sanitizeLine(own)} (chosen for this session)`;
  return usual ? sanitizeLine(`${usual.model} (${usual.provider}, ${usual.transport})`) : "the daemon's choice";
}
