/** Shell scripts as users of earlier releases wrote them must run as they are: those that run unattended, many times, or until they are stopped. */
import { testScripts } from "./support/test_scripts.ts";

testScripts("jobs");
