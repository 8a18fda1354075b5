/** The background processes of a session: how each is doing, what it wrote last, and ending it. Loaded when it is wanted. */
import type { BackgroundProcess } from "@opta/protocol";
import { useEffect, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import type { App } from "../state/app.ts";
import type { Conversation } from "../state/conversation.ts";
import { useSelected } from "../use_value.ts";

/** Pieces of output that are shown: what a process wrote last. */
const SHOWN_CHUNKS = 200;
const POLL_MS = 1_000;

export function BackgroundDialog({ app, conversation }: { app: App; conversation: Conversation }) {
  const background = useSelected(conversation.store.state, ({ background }) => background);
  const processes = Object.values(background).toSorted((a, b) => b.startedAt.localeCompare(a.startedAt));
  const [chosen, setChosen] = useState(processes[0]?.processId ?? null);
  return (
    <Dialog title="Background processes" onClose={() => app.dialog.set(null)} kind="background">
      <ul class="process-list">
        {processes.map((process) => (
          <li key={process.processId}>
            <button
              type="button"
              class="quiet"
              aria-pressed={process.processId === chosen}
              onClick={() => setChosen(process.processId)}
            >
              <span class={`tag ${process.state === "running" ? "tag-ok" : ""}`}>{process.state}</span>
              <code>{process.label ?? process.command}</code>
            </button>
          </li>
        ))}
      </ul>
      {processes.length === 0 && <p class="hint">None has been started in this session.</p>}
      {chosen !== null && background[chosen] && <ProcessView key={chosen} app={app} process={background[chosen]} />}
    </Dialog>
  );
}

function ProcessView({ app, process }: { app: App; process: BackgroundProcess }) {
  const { processId, sessionId, command, cwd, state, exitCode } = process;
  const [output, setOutput] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const report = (error: unknown) => setProblem(error instanceof Error ? error.message : String(error));
  const isRunning = state === "running";
  useEffect(() => {
    const leaving = new AbortController();
    const pieces: string[] = [];
    let afterSeq = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      try {
        const query = { afterSeq, limit: SHOWN_CHUNKS };
        const page = await app.api.call("backgroundOutput", { params: { processId }, query, signal: leaving.signal });
        afterSeq = page.nextSeq;
        pieces.push(...page.chunks.map(({ text }) => text));
        pieces.splice(0, pieces.length - SHOWN_CHUNKS);
        setOutput(pieces.join(""));
        if (page.hasMore) return await ask();
        if (page.process.state === "running") timer = setTimeout(ask, POLL_MS);
      } catch (error) {
        if (!leaving.signal.aborted) report(error);
      }
    };
    ask();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [processId, isRunning]);
  const end = () => app.api.call("killBackground", { params: { processId }, body: {} }).catch(report);
  return (
    <section aria-label={command} data-session={sessionId}>
      <p>
        <code>{command}</code> <span class="hint">in {cwd}{exitCode === null ? "" : `, exit code ${exitCode}`}</span>
      </p>
      {problem !== null && <p class="problem" role="alert">{problem}</p>}
      <pre class="lines" tabIndex={0} aria-label="Output">{output || "(nothing yet)"}</pre>
      {isRunning && <button type="button" class="deny" onClick={end}>End it</button>}
    </section>
  );
}
