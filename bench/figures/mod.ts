/** All figures, in the order of the report. */
import type { Figure } from "../figure.ts";
import { agent } from "./agent.ts";
import { attach } from "./attach.ts";
import { cancel } from "./cancel.ts";
import { cli } from "./cli.ts";
import { crash } from "./crash.ts";
import { fanOut, sessions } from "./fan_out.ts";
import { page } from "./page.ts";
import { reconnect } from "./reconnect.ts";
import { relay } from "./relay.ts";
import { stalled } from "./stalled.ts";
import { start } from "./start.ts";
import { submit } from "./submit.ts";
import { throughput } from "./throughput.ts";
import { tuiBurst, tuiStream, tuiTools } from "./tui.ts";
import { writers } from "./writers.ts";

export const figures: readonly Figure[] = [
  relay,
  fanOut,
  sessions,
  throughput,
  submit,
  cancel,
  attach,
  reconnect,
  crash,
  start,
  cli,
  stalled,
  writers,
  agent,
  tuiStream,
  tuiBurst,
  tuiTools,
  page,
];
