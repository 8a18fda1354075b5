/** Where keys and passwords of a user commonly lie: closed to the file tools, also when the home folder is the workspace. */
import { join } from "node:path";

const SECRETS: readonly string[] = [
  ".ssh",
  ".gnupg",
  ".password-store",
  ".aws",
  ".azure",
  ".kube",
  ".docker/config.json",
  ".config/gcloud",
  ".config/gh",
  ".config/hub",
  ".config/op",
  ".config/sops",
  ".config/opta",
  ".netrc",
  ".npmrc",
  ".pypirc",
  ".pgpass",
  ".git-credentials",
  ".config/git/credentials",
  ".cargo/credentials.toml",
  ".gem/credentials",
  ".terraform.d/credentials.tfrc.json",
  ".vault-token",
  ".local/share/keyrings",
  "Library/Keychains",
];

export function secretPlaces(home: string): string[] {
  return SECRETS.map((place) => join(home, ...place.split("/")));
}
