/** What Deno itself wants of the environment, to find its packages and the certificates to trust. No host may read it. */

/** The daemon must be allowed to read these, to pass them on. */
export const RUNTIME_VARIABLES: readonly string[] = [
  ...["DENO_DIR", "HOME", "XDG_CACHE_HOME", "USERPROFILE", "LOCALAPPDATA", "SYSTEMROOT"],
  ...["DENO_CERT", "DENO_TLS_CA_STORE", "SSL_CERT_FILE", "SSL_CERT_DIR"],
];

export function runtimeEnv(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const pairs = RUNTIME_VARIABLES.map((name) => [name, env[name]]).filter(([, value]) => value !== undefined);
  return Object.fromEntries(pairs);
}
