/** Shell scripts as users of earlier releases wrote them must run as they are: those that look after the daemon, its sessions and the settings. */
import { testScripts } from "./support/test_scripts.ts";

testScripts("upkeep");
