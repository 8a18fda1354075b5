/** The first lines of a chat: which session, and who answers. */
import { type DaemonStatus, type SessionState, VERSION } from "@opta/protocol";
import type { Colors } from "../output/colors.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { wrapWords } from "../output/wrap_words.ts";
import { DEMO_PROVIDER } from "./demo_notice.ts";

interface HeaderView {
  colors: Colors;
  columns: number;
}

/** @param status `null` when the daemon could not tell */
export function formatHeader(
  state: SessionState,
  status: Pick<DaemonStatus, "model"> | null,
  view: HeaderView,
): string {
  return `${formatSession(state, view)}\n${formatAnswerer(state, status, view)}\n\n`;
}

/** Which session it is; that is known before anything of it has come. */
export function formatSession(
  { sessionId, title }: Pick<SessionState, "sessionId" | "title">,
  { colors: { bold, dim }, columns }: HeaderView,
): string {
  const shown = sanitizeLine(title);
  return wrapWords(`${bold(`opta ${VERSION}`)} ${dim(`· session ${sessionId}${shown && ` · ${shown}`}`)}`, columns);
}

/** Who answers there. */
export function formatAnswerer(
  state: SessionState,
  status: Pick<DaemonStatus, "model"> | null,
  { colors: { dim, yellow }, columns }: HeaderView,
): string {
  const usual = status?.model;
  const isDemo = state.model === null && usual?.provider === DEMO_PROVIDER;
  const answerer = isDemo ? yellow(sanitizeLine(usual.reason)) : dim(`model ${describeModel(state.model, usual)}`);
  return wrapWords(`${answerer}\n${dim("/help lists the commands")}`, columns);
}

function describeModel(own: string | null, usual: DaemonStatus["model"] | undefined): string {
  if (own !== null) return `${sanitizeLine(own)} (chosen for this session)`;
  return usual ? sanitizeLine(`${usual.model} (${usual.provider}, ${usual.transport})`) : "the daemon's choice";
}
