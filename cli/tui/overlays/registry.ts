/** The overlays that there are, each loaded when it is opened first. */
import type { OverlayRegistry } from "../overlay.ts";

export const overlays: OverlayRegistry = {
  help: async () => (await import("./help.ts")).helpOverlay,
  keys: async () => (await import("./help.ts")).keysOverlay,
  sessions: async () => (await import("./sessions.ts")).sessionsOverlay,
  models: async () => (await import("./models.ts")).modelsOverlay,
  modes: async () => (await import("./modes.ts")).modesOverlay,
  settings: async () => (await import("./settings.ts")).settingsOverlay,
  theme: async () => (await import("./theme.ts")).themeOverlay,
  details: async () => (await import("./details.ts")).detailsOverlay,
  processes: async () => (await import("./processes.ts")).processesOverlay,
};
