/** `opta acp`: serves one editor over standard input and output, until it leaves. */
import { ndJsonStream } from "@agentclientprotocol/sdk";
import type { TurnMode } from "@opta/protocol";
import { Api } from "@opta/protocol/client";
import { connectDaemon } from "../chat/connect_daemon.ts";
import { writerIdOf } from "../chat/writer_id.ts";
import { ExitCode } from "../exit.ts";
import { Interrupt } from "../interrupt.ts";
import { note } from "../output/output.ts";
import { AcpAgent } from "./acp_agent.ts";

export interface AcpFlags {
  device?: string;
  mode: TurnMode;
}

export async function runAcp({ device, mode }: AcpFlags): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  const env = Deno.env.toObject();
  const revival = await connectDaemon({ env, device, onFailure: note, signal });
  await using editor = new AcpAgent({
    api: new Api(revival.endpoint),
    endpoint: revival.endpoint,
    clientId: crypto.randomUUID(),
    writerId: writerIdOf(env, Deno.hostname()),
    mode,
    note,
    signal,
  });
  const connection = editor.app.connect(ndJsonStream(Deno.stdout.writable, Deno.stdin.readable));
  const stop = () => connection.close();
  signal.addEventListener("abort", stop, { once: true });
  await connection.closed;
  return signal.aborted ? ExitCode.cancelled : ExitCode.done;
}
