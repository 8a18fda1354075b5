/** Turns a name that a user typed into a model of the server, or into an error that helps. */
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { findModel } from "./find_model.ts";
import type { ModelRow } from "./model_row.ts";
import type { ModelReport } from "./read_models.ts";

/** @throws {CliError} naming what may be meant, and else `hint` */
export function requireModel({ server, models }: ModelReport, name: string, hint: string): ModelRow {
  const found = findModel(name, models.map(({ id }) => id));
  switch (found.kind) {
    case "found":
      return models.find(({ id }) => id === found.id)!;
    case "ambiguous": {
      const message = `${quoted(name)} may be ${found.ids.map(sanitizeLine).join(" or ")}: give the whole name`;
      throw new CliError(message, ExitCode.usage);
    }
    case "unknown": {
      const help = found.meant === null ? hint : `did you mean ${sanitizeLine(found.meant)}?`;
      throw new CliError(`There is no model ${quoted(name)} on ${server ?? "this server"}: ${help}`, ExitCode.usage);
    }
    default:
      return found satisfies never;
  }
}

export function quoted(name: string): string {
  return JSON.stringify(sanitizeLine(name));
}
