/** A profile as one line for people: `192.168.1.4:1234 · lmx · qwen3 · mode plan`. */
import { authority } from "../daemon_control/launch_settings.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import type { Profile } from "./profile.ts";

export function describeProfile(profile: Profile): string {
  const { provider, model, mode } = profile;
  const said = [serverOf(profile), provider, model, mode && `mode ${mode}`].filter((part) => part !== undefined);
  return said.length > 0 ? sanitizeLine(said.join(" · ")) : "nothing is set";
}

function serverOf({ host, port, baseUrl }: Profile): string | undefined {
  if (baseUrl !== undefined) return String(baseUrl);
  if (port === undefined) return host === undefined ? undefined : String(host);
  return host === undefined ? `port ${port}` : authority(String(host), Number(port));
}
