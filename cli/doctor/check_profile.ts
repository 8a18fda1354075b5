/** The active profile: without a readable one, commands that need its server refuse to start. */
import { readDocument } from "../config/config_document.ts";
import { CliError } from "../exit.ts";
import { readActiveProfile } from "../profiles/active_profile.ts";
import type { Check } from "./check.ts";

export const checkProfile: Check = {
  name: "profile",
  needsHome: true,
  async look({ paths }) {
    const document = await readDocument(paths).catch((error) => {
      if (error instanceof CliError) return null;
      throw error;
    });
    if (!document) return { status: "skipped", detail: "The config file, which names it, cannot be read" };
    try {
      const active = await readActiveProfile(paths, document);
      if (!active) return { status: "ok", detail: "None is active" };
      const values = Object.entries(active.profile).map(([name, value]) => `${name} ${value}`).join(", ");
      return { status: "ok", detail: `${active.name}: ${values || "sets nothing"}` };
    } catch (error) {
      if (error instanceof CliError) return { status: "failed", detail: error.message };
      throw error;
    }
  },
};
