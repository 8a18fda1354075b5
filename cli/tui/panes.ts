/** The panes that the terminal UI is made of. */
import type { Env } from "../paths.ts";
import { ComposerPane } from "./composer/composer_pane.ts";
import { optionSource } from "./composer/option_source.ts";
import { QueuePane } from "./composer/queue_pane.ts";
import { overlays } from "./overlays/registry.ts";
import { PermissionPane } from "./permission/permission_pane.ts";
import type { Panes } from "./tui_options.ts";

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
