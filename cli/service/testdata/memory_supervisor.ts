/** A supervisor that keeps the description in memory and runs the fake daemon. */
import { startDaemon } from "../../daemon_control/start.ts";
import { stopDaemon } from "../../daemon_control/stop.ts";
import type { TestHome } from "../../daemon_control/testdata/test_home.ts";
import { SupervisorError } from "../ask_supervisor.ts";
import type { ServiceState, Supervisor } from "../supervisor.ts";
import { systemdUnit, unitHead } from "../systemd_unit.ts";

export class MemorySupervisor implements Supervisor {
  readonly name = "memory";
  readonly place = "the memory";
  readonly inspect = "see memory";
  readonly remark = "It is soon forgotten";
  readonly compose = systemdUnit;
  readonly headOf = unitHead;
  text: string | null = null;
  calls: string[] = [];
  /** Why it does nothing, if so. */
  fault: string | null = null;
  #pid: number | null = null;

  constructor(readonly home: TestHome) {}

  read = () => Promise.resolve(this.text);
  write = (text: string) => {
    this.text = text;
    return Promise.resolve();
  };
  state = (): Promise<ServiceState> => Promise.resolve(this.fault ? "unknown" : this.#pid === null ? "idle" : "active");
  enable = () => this.#do("enable");
  async restart() {
    await this.#do("restart");
    if (this.#pid !== null) await stopDaemon(this.home.paths.stateDir);
    const { daemon, startedHere } = await startDaemon(this.home.fakeDaemon());
    this.#pid = startedHere ? daemon.state.pid : null; // a service leaves one that runs alone
  }
  async stop() {
    await this.#do("stop");
    if (this.#pid !== null) await stopDaemon(this.home.paths.stateDir);
    this.#pid = null;
  }
  async remove() {
    this.text = null;
    await this.stop();
  }

  #do(what: string): Promise<void> {
    this.calls.push(what);
    return this.fault === null ? Promise.resolve() : Promise.reject(new SupervisorError(this.fault));
  }
}
