/** The overlay of sessions: which there are and what runs in them, to switch to, rename and delete. */
import type { SessionSummary } from "@opta/protocol";
import { CliError } from "../../exit.ts";
import { formatAge } from "../../output/format_age.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { OverlayFactory } from "../overlay.ts";
import { type Row, spread } from "../row.ts";
import { ListOverlay, overlayOf } from "./list_overlay.ts";
import type { Action } from "./list_overlay_state.ts";
import { rankItems } from "./rank_items.ts";
import { SessionListing } from "./session_listing.ts";
import { withoutSession, withSession } from "./session_pages.ts";

interface SessionItem {
  id: string;
  session: SessionSummary;
  /** It was found by what is said in it. */
  isByText: boolean;
}

const RESTORE = "For a week it can be restored with opta sessions restore.";

/** So many sessions before the last one that is known, further ones are read. */
const READ_AHEAD = 15;

export const sessionsOverlay: OverlayFactory = (context) => {
  const { api, clock, theme, signal, close, open } = context;
  const here = () => context.session.state.sessionId;
  const listing = new SessionListing(api, clock, signal, () => list.changed());

  const switchTo: Action<SessionItem> = {
    key: "",
    label: "opens",
    doing: "opening it",
    async run({ id }) {
      if (id !== here()) await open(id);
      return "close";
    },
  };
  const rename: Action<SessionItem> = {
    key: "r",
    label: "rename",
    doing: "renaming it",
    asks: ({ session }) => ({ label: "title", text: sanitizeLine(session.title) }),
    async run({ id }, text, signal) {
      const title = text.trim();
      if (title === "") throw new CliError("A title cannot be empty: type one");
      const changed = await api.call("updateSession", { params: { sessionId: id }, body: { title }, signal });
      listing.change(withSession(listing.pages, changed));
      return "stay";
    },
  };
  const remove: Action<SessionItem> = {
    key: "d",
    label: "delete",
    doing: "deleting it",
    confirms: ({ session }) =>
      `Delete “${titleOf(session)}” with all that was said in it? ${goesOn(session)}${RESTORE}`,
    async run({ id }, _, signal) {
      if (id === here()) throw new CliError("This session is the one that is shown: open another one, then delete it");
      await api.call("deleteSession", { params: { sessionId: id }, signal });
      listing.change(withoutSession(listing.pages, id));
      return "stay";
    },
  };

  const list: ListOverlay<SessionItem> = new ListOverlay<SessionItem>({
    title: "Sessions",
    theme: theme.get,
    signal,
    close,
    chosenId: here(),
    items: (query) => itemsOf(listing, query),
    rowOf: (item, columns) => rowOf(item, columns, here(), clock.now()),
    enter: switchTo,
    actions: [rename, remove],
    empty: (query) => {
      if (!listing.pages.isLoaded) return listing.problem === null ? "reading …" : "Enter tries again at once";
      if (listing.isBusy) return "searching …";
      return query === "" ? "there are no sessions" : "no session has it in its title or in what was said";
    },
    status: () => listing.problem === null ? null : { text: `${listing.problem} · it is tried again`, role: "bad" },
    onMove(query, _, index) {
      listing.search(query);
      if (index >= listing.pages.sessions.length - READ_AHEAD || query !== "") listing.readMore();
    },
    retry: () => listing.refresh(),
  });
  listing.refresh();
  return overlayOf(list, listing);
};

/** By title first, then what the daemon has found in their texts. */
function itemsOf({ pages: { sessions }, found }: SessionListing, query: string): SessionItem[] {
  const byTitle = rankItems(query, sessions, ({ title, sessionId }) => `${title} ${sessionId}`);
  const ids = new Set(byTitle.map(({ sessionId }) => sessionId));
  const byText = found.query === query.trim() && query !== "" ? found.sessions : [];
  return [
    ...byTitle.map((session) => ({ id: session.sessionId, session, isByText: false })),
    ...byText.filter(({ sessionId }) => !ids.has(sessionId))
      .map((session) => ({ id: session.sessionId, session, isByText: true })),
  ];
}

function rowOf({ session, isByText }: SessionItem, columns: number, here: string, nowMs: number): Row {
  const { sessionId, activeTurnId, queuedTurns, pendingPermissions, updatedAt } = session;
  const states = [
    ...(pendingPermissions > 0 ? ["asks for permission"] : activeTurnId === null ? [] : ["running"]),
    ...(queuedTurns > 0 ? [`${queuedTurns} queued`] : []),
  ];
  const notes = [...states, ...(isByText ? ["found in its text"] : []), formatAge(nowMs - Date.parse(updatedAt))];
  const mark: Row = [[sessionId === here ? "* " : "  ", "accent"]];
  return spread(
    [...mark, [titleOf(session)]],
    notes.join(" · "),
    columns,
    pendingPermissions > 0 ? "warning" : states.length > 0 ? "good" : "dim",
  );
}

function titleOf({ title }: SessionSummary): string {
  return sanitizeLine(title) || "(empty)";
}

function goesOn({ activeTurnId, queuedTurns }: SessionSummary): string {
  return activeTurnId !== null || queuedTurns > 0 ? "What runs in it is cancelled. " : "";
}
