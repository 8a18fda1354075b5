/**
 * A page on the disk that leads to Opta's: the browser is given its file name, so that the address with the ticket stands
 * in no list of processes, where every user of the machine could read it. Pure.
 */
export function redirectPage(address: string): string {
  const literal = JSON.stringify(address).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Opta</title>
<p>Opening Opta …</p>
<script>location.replace(${literal});</script>
</html>
`;
}
