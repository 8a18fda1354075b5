/** Programs that destroy, and with which arguments; see `destructive.ts`. What is not here is taken to be harmless. */

type Rule = (args: readonly string[]) => boolean;

const always: Rule = () => true;
/** With one of these words among the arguments. */
const withWord = (...words: string[]): Rule => (args) => args.some((arg) => words.includes(arg));
const matching = (pattern: RegExp): Rule => (args) => args.some((arg) => pattern.test(arg));
/** With a short option that holds one of these letters, or a long one of these names. */
const withOption = (letters: string, ...names: string[]): Rule => (args) =>
  args.some((arg) =>
    /^-[A-Za-z]+$/.test(arg) ? [...letters].some((letter) => arg.includes(letter)) : names.includes(arg)
  );
const anyOf = (...rules: Rule[]): Rule => (args) => rules.some((rule) => rule(args));

/** The last argument is a file outside of the folder that the command runs in. */
const toElsewhere: Rule = (args) => isElsewhere(args.findLast((arg) => !arg.startsWith("-")) ?? "");

/** Files that may be written over without a question: they hold nothing. */
const HARMLESS_TARGETS = /^(?:\/dev\/(?:null|stdout|stderr|tty|fd\/\d+)|\/tmp\/.+)$/;

/** A path that leads out of the folder that a command runs in. */
export function isElsewhere(path: string): boolean {
  const climbs = /(?:^|[/\\])\.\.(?:[/\\]|$)/.test(path);
  return climbs || (/^[/~\\]|^[A-Za-z]:/.test(path) && !HARMLESS_TARGETS.test(path));
}

const each = (names: string, rule: Rule): [string, Rule][] => names.split(" ").map((name) => [name, rule]);

/** By the name of the program, without its folder and what follows a dot. */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  // files
  ...each("rm unlink shred truncate wipefs blkdiscard del erase rd remove-item ri clear-content trash rimraf", always),
  ...each("mkfs mke2fs mkswap fdisk sfdisk cfdisk gdisk sgdisk parted format diskpart diskutil", always),
  ["dd", matching(/^of=/)],
  ...each("cp mv install ln", toElsewhere),
  ["rmdir", withOption("p", "/s", "/q", "--parents")],
  ...each("chmod chown chgrp setfacl", withOption("R", "--recursive")),
  ["chattr", always],
  ["rsync", matching(/^--(?:delete|remove-source-files)/)],
  ["tee", (args) => !withOption("a", "--append")(args) && args.some(isElsewhere)],
  ["sed", (args) => withOption("i", "--in-place")(args) && toElsewhere(args)],
  ["crontab", (args) => args.length > 0 && !withWord("-l")(args)],
  // processes and the machine
  ...each("kill pkill killall killall5 skill xkill taskkill stop-process", always),
  ["fuser", withOption("k", "--kill")],
  ...each("sudo doas su pkexec runuser run0 gosu", always),
  ...each("shutdown reboot halt poweroff init telinit stop-computer restart-computer", always),
  [
    "systemctl",
    (args) => !withWord("status", "show", "cat", "list-units", "list-timers", "is-active", "is-enabled")(args),
  ],
  ...each("service launchctl iptables ip6tables nft ufw firewall-cmd sysctl modprobe rmmod insmod", always),
  ...each("umount swapoff useradd userdel usermod groupdel passwd chpasswd visudo reg", always),
  ["mount", (args) => args.length > 0],
  ["ssh", (args) => args.filter((arg) => !arg.startsWith("-")).length > 1], // what runs there is not looked into
  // version control
  ["git", isGitDestructive],
  [
    "hg",
    anyOf(withWord("strip", "purge", "rollback"), (args) => args[0] === "update" && withOption("C", "--clean")(args)),
  ],
  ["svn", withWord("delete", "revert", "cleanup")],
  ["gh", withWord("delete", "close", "merge", "archive")],
  ["glab", withWord("delete", "close", "merge", "archive")],
  // containers and clouds
  ...each(
    "docker podman nerdctl docker-compose",
    withWord("prune", "rm", "rmi", "kill", "stop", "down", "--privileged", "remove"),
  ),
  ["kubectl", withWord("delete", "drain", "replace", "scale", "rollout", "cordon", "taint", "apply", "patch")],
  ["helm", withWord("uninstall", "delete", "rollback", "upgrade")],
  ...each("terraform tofu pulumi", withWord("destroy", "apply", "up", "import", "taint", "-destroy")),
  ...each(
    "aws gcloud az gsutil doctl fly flyctl heroku wrangler vercel netlify",
    matching(/^(?:delete|remove|rm|rb|terminate|destroy|purge|deploy|cancel)/),
  ),
  // packages and publishing
  ...each("npm pnpm yarn", withWord("publish", "unpublish", "deprecate", "owner", "dist-tag")),
  ["cargo", withWord("publish", "yank", "owner")],
  ["gem", withWord("push", "yank", "owner")],
  ["twine", withWord("upload")],
  ...each("poetry uv hatch flit dotnet jsr", matching(/^(?:publish|push)$/)),
  ["mvn", matching(/^deploy|:deploy$/)],
  ...each("gradle gradlew", matching(/publish/i)),
  ...each(
    "apt apt-get dnf yum pacman brew apk zypper",
    matching(/^(?:remove|purge|autoremove|uninstall|erase|del|-R\w*)$/),
  ),
  // data
  ...each("dropdb dropuser", always),
  ["mysqladmin", withWord("drop", "shutdown")],
  ["redis-cli", matching(/^(?:flushall|flushdb|del|shutdown)$/i)],
  ["curl", (args) => /(?:^|\s)(?:-X\s*|--request[ =])(?:DELETE|PUT|PATCH)\b/i.test(args.join(" "))],
  ["http", withWord("DELETE", "PUT", "PATCH")],
]);

const GIT_OPTIONS_WITH_VALUE = new Set(["-C", "-c", "--git-dir", "--work-tree", "--namespace", "--exec-path"]);

function isGitDestructive(args: readonly string[]): boolean {
  let at = 0;
  while (args[at]?.startsWith("-")) {
    const option = args[at] ?? "";
    const value = args[at + 1] ?? "";
    if (option === "-c" && !HARMLESS_SETTINGS.test(value)) return true;
    if (/^--(?:config-env|exec-path)(?:=|$)/.test(option)) return true;
    at += GIT_OPTIONS_WITH_VALUE.has(option) ? 2 : 1;
  }
  const [verb = "", ...rest] = args.slice(at);
  return GIT_RULES.get(verb)?.(rest) ?? false;
}

/** Many settings of git name a program that it runs, some of them in every command: these do not. */
const HARMLESS_SETTINGS = new RegExp(
  [
    "^(?:user|color|column|advice|branch)\\.",
    "^core\\.(?:quotepath|autocrlf|eol|abbrev|filemode|ignorecase|safecrlf|longpaths)\\b",
    "^(?:diff\\.(?:algorithm|renames)|init\\.defaultbranch|pull\\.rebase|push\\.default|fetch\\.prune|log\\.date)\\b",
  ].join("|"),
  "i",
);

/** `config key` and `config --get key` look; `config key value` sets. */
function isConfigDestructive(args: readonly string[]): boolean {
  if (matching(/^(?:--get.*|--list|-l|--edit|-e)$/)(args) || withWord("get", "list")(args.slice(0, 1))) return false;
  const words = args.filter((arg) => !arg.startsWith("-"));
  const [key = "", ...values] = words[0] === "set" ? words.slice(1) : words;
  return values.length > 0 && !HARMLESS_SETTINGS.test(key);
}

/** `checkout main` and `checkout -b new old` change branches; a path, `.` or `--` throws away what was written. */
function isCheckoutDestructive(args: readonly string[]): boolean {
  if (withOption("fB", "--force", "--", ".", "--ours", "--theirs")(args)) return true;
  return args.filter((arg) => !arg.startsWith("-")).length > 1 && !withOption("bt", "--track", "--orphan")(args);
}

const GIT_RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ["reset", withWord("--hard", "--merge", "--keep")],
  ["clean", (args) => !withOption("n", "--dry-run")(args)],
  [
    "push",
    anyOf(
      withOption("fd", "--force", "--delete", "--mirror", "--prune", "--force-if-includes"),
      matching(/^--force-with-lease|^--(?:receive-pack|exec)(?:=|$)|^\+|^:.|^ext::/),
    ),
  ],
  ["checkout", isCheckoutDestructive],
  ["switch", withOption("fC", "--force", "--discard-changes", "--force-create")],
  ["restore", (args) => !withWord("--staged", "-S")(args) || withWord("--worktree", "-W")(args)],
  ["branch", withOption("DdMf", "--delete", "--force")],
  ["tag", withOption("df", "--delete", "--force")],
  ["config", isConfigDestructive],
  ["bisect", withWord("run")],
  ...each("difftool mergetool instaweb daemon", always),
  ...each("fetch pull clone ls-remote archive", matching(/^(?:ext::|--(?:upload-pack|exec)(?:=|$)|-[uc]$|--config)/)),
  ["grep", matching(/^(?:-O|--open-files-in-pager)/)],
  ["stash", withWord("drop", "clear")],
  ["rm", (args) => !withWord("--cached")(args)],
  ["worktree", withWord("remove", "prune")],
  ["remote", matching(/^(?:remove|rm|prune|ext::.*)$/)],
  ["reflog", withWord("expire", "delete")],
  ["gc", matching(/^--prune/)],
  ["update-ref", withOption("d", "--stdin")],
  ["submodule", withWord("deinit", "foreach")],
  ...each("filter-branch filter-repo prune rebase read-tree checkout-index", always),
]);
