/** What `opta env save` writes: the settings in force, changed by its flags. Pure. */
import type { ConfigEntry } from "../config/config.ts";
import { configFields, parseValue } from "../config/config_keys.ts";
import { parseDevice } from "../daemon_control/launch_settings.ts";
import { CliError, ExitCode } from "../exit.ts";
import { fields, type Profile, type ProfileField, profileFields } from "./profile.ts";

/** As they were typed. */
export interface ProfileFlags {
  host?: string;
  port?: string;
  baseUrl?: string;
  device?: string;
  provider?: string;
  model?: string;
  mode?: string;
}

/** The word of earlier releases for having no mode of one's own. */
const USUAL_MODE = "safe";

/** The part of the settings that a profile may hold. Of a URL and a host only the one that is used. */
export function profileInForce(entries: readonly ConfigEntry[]): Profile {
  const entryOf = (field: ProfileField) => entries.find(({ key }) => key === profileFields[field]);
  const profile: Profile = Object.fromEntries(
    fields().flatMap((field) => {
      const entry = entryOf(field);
      return entry ? [[field, entry.value]] : [];
    }),
  );
  const hostIsOverridden = entryOf("host")?.source === configFields["connection.host"].env;
  return profile.baseUrl !== undefined && !hostIsOverridden ? withoutHost(profile) : withoutUrl(profile);
}

/** @throws {CliError} when a flag has no meaning, or two of them contradict each other */
export function withFlags(profile: Profile, flags: ProfileFlags): Profile {
  const { host, port, baseUrl, device, provider, model, mode } = flags;
  const ways = [baseUrl && "--base-url", device && "--device", (host || port) && "--host or --port"].filter(Boolean);
  if (ways.length > 1) throw new CliError(`Choose one of ${ways.join(" and ")}`, ExitCode.usage);
  const changed = baseUrl !== undefined
    ? { ...withoutHost(profile), baseUrl: read("baseUrl", baseUrl) }
    : device !== undefined
    ? { ...withoutHost(withoutUrl(profile)), ...parseDevice(device) }
    : host !== undefined || port !== undefined
    ? { ...withoutUrl(profile), ...given("host", host), ...given("port", port) }
    : profile;
  const { mode: before, ...rest } = { ...changed, ...given("provider", provider), ...given("model", model) };
  const after = mode === undefined ? before : readMode(mode);
  return after === undefined ? rest : { ...rest, mode: after };
}

function readMode(text: string): string | number | undefined {
  if (text === USUAL_MODE) return undefined;
  if (text === "auto" || text === "dangerous") { // an approval belongs to the turn that carries it [P5]
    throw new CliError(`A profile approves nothing: give --${text} to the command that needs it`, ExitCode.usage);
  }
  return read("mode", text);
}

function given(field: ProfileField, text: string | undefined): Profile {
  return text === undefined ? {} : { [field]: read(field, text) };
}

function read(field: ProfileField, text: string): string | number {
  return parseValue(profileFields[field], text, field === "baseUrl" ? "--base-url" : `--${field}`);
}

function withoutHost({ host: _, port: __, ...rest }: Profile): Profile {
  return rest;
}

function withoutUrl({ baseUrl: _, ...rest }: Profile): Profile {
  return rest;
}
