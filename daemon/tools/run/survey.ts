/** Asks the shell of the machine which of some places exist, and where they really are. */

/** Prints the real path of each argument that exists, after `d` for a folder and `f` for a file, and a NUL. */
export const SURVEY_SCRIPT = `
for place do
  if [ -d "$place" ]; then printf 'd%s\\0' "$(cd -P -- "$place" && pwd -P)"
  elif [ -e "$place" ]; then printf 'f%s\\0' "$(readlink -f -- "$place" || printf %s "$place")"
  fi
done
`;

export interface Places {
  folders: string[];
  files: string[];
}

/** What the script printed. */
export function parseSurvey(output: string): Places {
  const found = output.split("\0").filter((entry) => entry.length > 1);
  const ofKind = (kind: string) => found.filter((entry) => entry[0] === kind).map((entry) => entry.slice(1));
  return { folders: ofKind("d"), files: ofKind("f") };
}
