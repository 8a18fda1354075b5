/** The variables that `opta` reads, for those who describe them. Whoever reads one says how: config_keys.ts, paths.ts … */

export const variables = {
  OPTA_HOME: "the folder of all that Opta keeps; else ~/.config/opta",
  OPTA_HOST: "the model server's host (connection.host)",
  OPTA_PORT: "its port (connection.port)",
  OPTA_API_KEY: "the key that it wants (connection.apiKey)",
  OPTA_LMX_ADMIN_KEY: "the admin key of an Opta LMX (connection.adminKey)",
  OPTA_MODEL: "the model to ask for (model.default)",
  OPTA_PROVIDER: "auto, lmx, openai, anthropic or demo (provider.active)",
  ANTHROPIC_API_KEY: "the key of Anthropic (anthropic.apiKey)",
  OPTA_DAEMON_HOST: "the loopback address that a daemon listens on",
  OPTA_DAEMON_PORT: "its port, and no other; 0 is any free one",
  OPTA_NO_DAEMON: "1: chat, tui and do run their turns here (--no-daemon)",
  NO_COLOR: "no colours",
  FORCE_COLOR: "colours also where there is no terminal",
  CI: "no colours and no progress bars",
} as const satisfies Record<string, string>;
