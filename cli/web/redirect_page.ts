/**
 * A page on the disk that leads to Opta's: the browser is given its file name, so that the address with the ticket stands
 * in no list of processes, where every user of the machine could read it. It goes to the first address that the browser
 * finds: not every one resolves names of `.localhost`. Pure.
 */

/** Milliseconds to find the daemon on this very machine. */
const FIND_TIMEOUT_MS = 2_000;

/** @param addresses in the order in which they are tried; the last one is taken untried */
export function redirectPage(addresses: readonly string[]): string {
  const list = JSON.stringify(addresses).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Opta</title>
<p>Opening Opta …</p>
<script>
(async () => {
  const addresses = ${list};
  const last = addresses.pop();
  for (const address of addresses) {
    const signal = AbortSignal.timeout(${FIND_TIMEOUT_MS});
    const isThere = await fetch(new URL("/v3/health", address), { mode: "no-cors", cache: "no-store", signal })
      .then(() => true, () => false);
    if (isThere) return location.replace(address);
  }
  location.replace(last);
})();
</script>
</html>
`;
}
