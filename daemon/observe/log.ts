/**
 * The daemon's log: one JSON object a line in its state folder and, in the foreground, a line for people on standard
 * error. Secrets are taken out before the record is made.
 */
import {
  configureSync,
  getJsonLinesFormatter,
  getLevelFilter,
  getLogger,
  getTextFormatter,
  resetSync,
  type Sink,
  withFilter,
} from "@logtape/logtape";
import type { Report } from "../session/report.ts";
import { LogFile } from "./log_file.ts";
import { Redactor } from "./redact.ts";

export interface LogOptions {
  path: string;
  /** Also write for people to standard error. */
  foreground: boolean;
  /** Values that must never be logged. */
  secrets: readonly string[];
}

export interface Log extends Disposable {
  report: Report;
}

/** There is one log in a process; opening another replaces it. */
export function openLog({ path, foreground, secrets }: LogOptions): Log {
  const file = new LogFile(path);
  const json = getJsonLinesFormatter({ properties: "nest:facts" });
  const sinks: Record<string, Sink> = { file: (record) => file.write(json(record)) };
  if (foreground) sinks.terminal = withFilter(terminalSink(), getLevelFilter("info"));
  configureSync({
    reset: true,
    sinks,
    loggers: [
      { category: "opta", sinks: Object.keys(sinks), lowestLevel: "debug" },
      { category: ["logtape", "meta"], sinks: Object.keys(sinks), lowestLevel: "warning" },
    ],
  });
  const logger = getLogger("opta");
  const redactor = new Redactor(secrets);
  return {
    report: (level, message, facts) => logger[level](redactor.text(message), redactor.facts(facts)),
    [Symbol.dispose]() {
      resetSync();
      file[Symbol.dispose]();
    },
  };
}

function terminalSink(): Sink {
  const format = getTextFormatter({
    timestamp: "time",
    level: "full",
    format: ({ timestamp, level, message, record }) => {
      const facts = Object.keys(record.properties).length > 0 ? ` ${JSON.stringify(record.properties)}` : "";
      return `${timestamp?.slice(0, 8)} ${level} ${message}${facts}`;
    },
  });
  return (record) => console.error(format(record).trimEnd());
}
