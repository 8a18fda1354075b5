/** Where people keep what no command of an assistant should read: keys, tokens, passwords, browsers' stores. */

/** Below the home folder. What of it exists is hidden in a sandbox, unless the workspace lies in it. */
export const SECRET_PLACES: readonly string[] = [
  ".ssh",
  ".gnupg",
  ".aws",
  ".azure",
  ".kube",
  ".docker",
  ".password-store",
  ".vault-token",
  ".netrc",
  ".git-credentials",
  ".npmrc",
  ".pypirc",
  ".pgpass",
  ".my.cnf",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".terraform.d",
  ".mozilla",
  ".config/gcloud",
  ".config/gh",
  ".config/git/credentials",
  ".config/hub",
  ".config/op",
  ".config/opta",
  ".config/rclone",
  ".config/sops",
  ".config/google-chrome",
  ".config/chromium",
  ".config/BraveSoftware",
  ".local/share/keyrings",
  ".bash_history",
  ".zsh_history",
];

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
