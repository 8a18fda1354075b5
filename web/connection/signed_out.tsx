/** How to come back in: the page knows no ticket, or the daemon has restarted and knows its cookie no more. */
import { CopyButton } from "../parts/copy_button.tsx";
import type { App } from "../state/app.ts";
import { useValue } from "../use_value.ts";

export function SignedOut({ app }: { app: App }) {
  const signIn = useValue(app.signIn.state);
  if (signIn.kind !== "ticket-wanted") return null;
  return (
    <section class="signed-out" role="alert" aria-labelledby="signed-out-title">
      <h2 id="signed-out-title">Signed out</h2>
      <p>
        This page has no leave to talk to the daemon: it was opened by itself, or the daemon has restarted. Run this in
        a terminal; what you see here goes on where it was, and nothing that you wrote is lost.
      </p>
      <p class="command">
        <code>opta web</code>
        <CopyButton label="the command" text={() => "opta web"} />
      </p>
      {signIn.problem !== null && <p class="problem">The last try failed: {signIn.problem}</p>}
    </section>
  );
}
