/**
 * The identity of this boot of the machine. With it the daemon tells a killed process, which loses nothing, from a
 * power cut, which may have taken the unsynced tail of a log. It is read here because the daemon itself may neither read
 * files of the system nor start a process.
 */

/** Empty where the platform has no such identity; the daemon then assumes the worse. */
export async function readBootId(): Promise<string> {
  try {
    switch (Deno.build.os) {
      case "linux":
        return (await Deno.readTextFile("/proc/sys/kernel/random/boot_id")).trim();
      case "darwin":
        return await sysctl("kern.bootsessionuuid");
      default:
        return "";
    }
  } catch {
    return ""; // a locked-down /proc or a missing sysctl: the same as a platform without one
  }
}

async function sysctl(name: string): Promise<string> {
  const command = new Deno.Command("/usr/sbin/sysctl", { args: ["-n", name], stderr: "null" });
  return new TextDecoder().decode((await command.output()).stdout).trim();
}
