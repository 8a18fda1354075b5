/** The session that a command works in: a new one in this folder, or an earlier one. */
import type { Api } from "@opta/protocol/client";
import type { TurnFlags } from "../program/turn_flags.ts";
import { widenWorkspace, workspaceHere } from "../workspace.ts";
import { findSession } from "./find_session.ts";

/** @returns its id; an earlier session keeps its folders, and gets those of `--add-dir` as well */
export async function openSession(
  api: Api,
  { resume, model, addDir }: Pick<TurnFlags, "resume" | "model" | "addDir">,
  signal: AbortSignal,
): Promise<string> {
  if (resume === undefined) {
    const body = { model, workspace: await workspaceHere(addDir) };
    return (await api.call("createSession", { body, signal })).sessionId;
  }
  const sessionId = await findSession(api, resume, signal);
  if (addDir) {
    const { workspace } = await api.call("getSession", { params: { sessionId }, signal });
    const body = { workspace: await widenWorkspace(workspace, addDir) };
    await api.call("updateSession", { params: { sessionId }, body, signal });
  }
  return sessionId;
}
