/** The entry of the web client. */
import { render } from "preact";
import { AppView } from "./app_view.tsx";
import { App } from "./state/app.ts";

const root = document.getElementById("root");
if (root) {
  const app = new App();
  render(<AppView app={app} />, root);
}
