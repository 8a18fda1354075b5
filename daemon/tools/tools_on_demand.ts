/**
 * The daemon's tools, loaded when somebody first asks for them: a daemon that only keeps sessions starts sooner and costs less
 * memory without their code.
 */
import type { SessionsWithFiles } from "./files/checkpoints/change_source.ts";
import type { BackgroundProcesses } from "./run/background_processes.ts";
import type { SessionsWithProcesses } from "./run/background_source.ts";
import type { ToolSource, ToolsRequest, TurnTools } from "./turn_tools.ts";

type Box = ToolSource & SessionsWithProcesses & SessionsWithFiles & AsyncDisposable;

export class ToolsOnDemand implements Box {
  readonly #load: () => Promise<Box>;
  #loading: Promise<Box> | null = null;
  #box: Box | null = null;

  constructor(load: () => Promise<Box>) {
    this.#load = load;
  }

  async open(request: ToolsRequest): Promise<TurnTools> {
    return await (await this.#loaded()).open(request);
  }

  async of(sessionId: string): Promise<BackgroundProcesses> {
    return await (await this.#loaded()).of(sessionId);
  }

  all(): Iterable<BackgroundProcesses> {
    return this.#box?.all() ?? [];
  }

  async hostsOf(sessionId: string): ReturnType<Box["hostsOf"]> {
    return await (await this.#loaded()).hostsOf(sessionId);
  }

  forgetRead(sessionId: string): void {
    this.#box?.forgetRead(sessionId);
  }

  async remove(sessionId: string): Promise<void> {
    await (await this.#loaded()).remove(sessionId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#loading)?.[Symbol.asyncDispose]();
  }

  #loaded(): Promise<Box> {
    return this.#loading ??= this.#load().then((box) => this.#box = box);
  }
}
