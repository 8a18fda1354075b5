/** Where people keep what no assistant should read: keys, tokens, passwords, the stores of browsers, what was typed. */
import { join } from "node:path";

/** Below the home folder. Closed to the file tools and hidden from commands, also when the home folder is the workspace. */
const PLACES: readonly string[] = [
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
  "Library/Keychains",
];

export function secretPlaces(home: string): string[] {
  return PLACES.map((place) => join(home, ...place.split("/")));
}
