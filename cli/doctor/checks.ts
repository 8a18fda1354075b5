/** All checks, in the order in which they are shown: what others stand on comes first. */
import type { Check } from "./check.ts";
import { checkClock } from "./check_clock.ts";
import { checkCompletions } from "./check_completions.ts";
import { checkConfig } from "./check_config.ts";
import { checkDaemon } from "./check_daemon.ts";
import { checkDatabase } from "./check_database.ts";
import { checkDisk } from "./check_disk.ts";
import { checkHome } from "./check_home.ts";
import { checkLeftovers } from "./check_leftovers.ts";
import { checkModelServer } from "./check_model_server.ts";
import { checkPort } from "./check_port.ts";
import { checkPrivateFiles } from "./check_private_files.ts";
import { checkProfile } from "./check_profile.ts";
import { checkRuntime } from "./check_runtime.ts";
import { checkSandbox } from "./check_sandbox.ts";
import { checkService } from "./check_service.ts";
import { checkTerminal } from "./check_terminal.ts";

export const checks: readonly Check[] = [
  checkRuntime,
  checkHome,
  checkPrivateFiles,
  checkLeftovers,
  checkConfig,
  checkProfile,
  checkDaemon,
  checkService,
  checkPort,
  checkDisk,
  checkDatabase,
  checkModelServer,
  checkSandbox,
  checkTerminal,
  checkCompletions,
  checkClock,
];
