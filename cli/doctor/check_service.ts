/** The service that starts the daemon at login, where one is installed. Without one a daemon is started when it is needed. */
import { describeService, reportService, type ServiceReport } from "../service/installed_service.ts";
import type { Check, Finding } from "./check.ts";

export const checkService: Check = {
  name: "service",
  look: async ({ paths, env }) => judgeService(await reportService(paths, env)),
};

/** Pure. */
export function judgeService(report: ServiceReport): Finding {
  const said = describeService(report);
  const detail = `${said[0]?.toUpperCase()}${said.slice(1)}`;
  switch (report.state) {
    case null:
      return { status: "ok", detail: `${detail}: a command that needs the daemon starts it` };
    case "active":
    case "idle":
      return { status: "ok", detail };
    case "failed":
      return { status: "warning", detail: `${detail}. "opta daemon start" starts it again` };
    case "unknown":
      return { status: "skipped", detail };
    default:
      return report.state satisfies never;
  }
}
