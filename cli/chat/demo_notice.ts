/** What is said when the built-in demo answers, so that nobody takes it for a model. */

/** As it stands in `turn.start` and in the daemon's status. */
export const DEMO_PROVIDER = "opta-demo";

export const DEMO_NOTICE =
  `the built-in demo answers, because no model server was found. Set one with "opta config set connection.host HOST"`;
