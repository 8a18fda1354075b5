/** The entry of the web client. */
import { render } from "preact";

const root = document.getElementById("root");
if (root) render(<p>Opta</p>, root);
