/** The panes that the terminal UI is made of. */
import type { Env } from "../paths.ts";
import { ComposerPane } from "./composer/composer_pane.ts";
import { optionSource } from "./composer/option_source.ts";
import { QueuePane } from "./composer/queue_pane.ts";
import type { OverlayRegistry } from "./overlay.ts";
import { PermissionPane } from "./permission/permission_pane.ts";
import type { Panes } from "./tui_options.ts";

const overlays: OverlayRegistry = {
  help: async () => (await import("./overlays/help.ts")).helpOverlay,
  keys: async () => (await import("./overlays/help.ts")).keysOverlay,
  sessions: async () => (await import("./overlays/sessions.ts")).sessionsOverlay,
  models: async () => (await import("./overlays/models.ts")).modelsOverlay,
  modes: async () => (await import("./overlays/modes.ts")).modesOverlay,
  settings: async () => (await import("./overlays/settings.ts")).settingsOverlay,
  theme: async () => (await import("./overlays/theme.ts")).themeOverlay,
  details: async () => (await import("./overlays/details.ts")).detailsOverlay,
  processes: async () => (await import("./overlays/processes.ts")).processesOverlay,
};

/** @param now milliseconds of a monotonic clock */
export function panesOf(env: Env, now: () => number): Panes {
  return {
    composer: (context) =>
      new ComposerPane({ ...context, env, now, source: optionSource(context.api, context.session) }),
    queue: (options) => new QueuePane(options),
    permission: (context) => new PermissionPane(context),
    overlays,
  };
}
