/** Shell scripts as users of earlier releases wrote them must run as they are: those that ask something, and use the answer. */
import { testScripts } from "./support/test_scripts.ts";

testScripts("asking");
