/** What the demo model knows about Opta: one short text a topic, with the words that lead to it. */

export interface Topic {
  /** Words by weight, stems rather: `cancel` matches "cancelling". Those of up to three letters match whole words only. */
  keywords: Partial<Record<1 | 2 | 3, string>>;
  text: string;
}

/** In the order of preference where two fit equally well. */
export const topics: readonly Topic[] = [
  {
    keywords: { 2: "opta" },
    text:
      `Opta is a local daemon that owns AI chat sessions, and thin clients that come and go: the command line, a terminal \
UI, scripts, anything that speaks its protocol.

1. **The daemon** keeps each session as a log of events on your disk, and talks to the model server.
2. **Clients** follow that log. Every client sees the same history in the same order.
3. **Nothing is lost when a client leaves**: close the terminal in the middle of an answer, attach again, and the answer \
is there, complete.

Models come from a server of yours: Opta LMX, LM Studio, Ollama, llama.cpp, or any other OpenAI-compatible server.

Ask me about model servers, the daemon, cancelling, attaching, sessions, security or commands.`,
  },
  {
    keywords: { 3: "hello hi hey greetings", 2: "morning evening", 1: "good" },
    text:
      `Hello! I am opta-demo, the small demonstration model that is built into Opta. I am not a real language model, but I \
can show you around.

Ask me **what is Opta**, **how do I set a model server** or **what can you do**, or try \`count to 20\` and \
\`show markdown\`.`,
  },
  { keywords: { 3: "thank" }, text: "You are welcome." },
  {
    keywords: { 3: "bye goodbye" },
    text:
      "Goodbye. This session stays where it is: `/sessions` in `opta chat` finds it, and `opta chat --resume ID` goes on.",
  },
  {
    keywords: { 3: "help", 2: "example skill", 1: "can you do try" },
    text: `I am opta-demo, a built-in demonstration model. I can

- answer questions about Opta: what it is, model servers, the daemon, cancelling, attaching, sessions, security, commands
- \`count to 20\`
- \`write a poem of 12 lines about the sea\`
- \`show markdown\`: headings, a list, a table, code and the rest
- \`think aloud\`: thinking first, then an answer
- \`echo something\`
- \`summarise this\`, with text below it or from a pipe: \`cat notes.md | opta do "summarise this"\`
- look back: \`what did I say first?\`, \`what did I ask before?\`
- read the files of this folder: \`list the files\`, \`read README.md\`, \`find *.ts files\`, \`search for TODO in src\`, \`explore\`
- change them: \`create hello.txt that says hi\`, \`edit hello.txt: replace hi by hello\`, \`replace a by b in x.ts and y.ts\`, \
\`delete hello.txt\`
- run programs: \`run the tests\`, \`run: ls -l\`, \`start npm run dev in the background\`, then \`show its output\` and \`stop it\`
- \`fetch https://example.com\`, \`ask me which colour\`, \`todo: look, change, test\`
- several, one after the other: \`create a.txt that says hi, then read a.txt\`

For everything else, set a real model server: ask me how.`,
  },
  {
    keywords: { 3: "demo offline", 2: "who your real gpt llm", 1: "what how are you name ai model" },
    text: `I am **opta-demo**, a demonstration model that is built into Opta. I am not a real language model: I match \
keywords, follow a few simple requests, and look things up in this session. I need no network, send nothing anywhere, and \
give the same answer to the same question every time.

I answer when no model server was found, or when you choose me with \`--provider demo\`. Everything around me is real: the \
session and its log, streaming, cancelling, attaching from a second terminal.`,
  },
  {
    keywords: {
      3: "lmx ollama studio llama.cpp openai opta_host",
      2: "server connect host change switch",
      1: "port set configure use real model",
    },
    text:
      `With nothing configured, Opta looks for a model server on this machine: port 1234 (LMX, LM Studio), 11434 (Ollama) \
and 8080 (llama.cpp). The first one that lists a model is used. To set one yourself:

\`\`\`sh
opta config set connection.host 192.168.1.4
opta config set connection.port 1234
opta config set model.default NAME
opta daemon restart
\`\`\`

For a single shell, \`OPTA_HOST\`, \`OPTA_PORT\` and \`OPTA_MODEL\` do the same, and \`OPTA_API_KEY\` holds the key of a \
server that wants one.

Once a server is configured, only that server is used: when it cannot be reached, Opta says so, rather than let me answer.`,
  },
  {
    keywords: { 3: "daemon 9999", 2: "background restart logs", 1: "process running start stop" },
    text:
      `The daemon is the one long-lived process of Opta. It owns the sessions, talks to the model server, and writes down \
every event before any client sees it. \`opta chat\` and \`opta do\` start it when it is not running.

| command | does |
|---|---|
| \`opta daemon status\` | says whether it runs, where, and with which permissions |
| \`opta daemon start\` | starts it; harmless when it runs already |
| \`opta daemon stop\` | stops it; sessions stay on disk |
| \`opta daemon restart\` | needed after a change of the model server |
| \`opta daemon logs -f\` | follows its log |

It listens on 127.0.0.1, port 9999 unless that is taken, and only for clients that hold its token.`,
  },
  {
    keywords: { 3: "cancel abort interrupt ctrl-c ctrl+c", 2: "escape stop halt", 1: "answer" },
    text:
      `Press **Ctrl-C** while an answer is coming. The generation is cancelled at the model server too, what was said so \
far stays in the session, and the turn ends as \`cancelled\`. A turn that still waits in the queue can be cancelled as well.

Scripts send \`POST /v3/sessions/ID/cancel\` with a \`turnId\`, a \`writerId\`, or neither for the whole session. Cancelling \
twice is harmless.

Merely leaving is *not* cancelling: a client that disconnects changes nothing about a running turn.`,
  },
  {
    keywords: {
      3: "attach resum reconnect detach reattach",
      2: "continu disconnect several close lid",
      1: "client terminal second",
    },
    text: `Sessions live in the daemon, so clients may come and go.

\`\`\`sh
opta chat --resume ID       # attach, here or in a second terminal
\`\`\`

In a chat, \`/sessions\` lists the ids and \`/resume\` changes over. Who attaches gets the history, then everything new, in order, without a gap or a repetition; a turn that runs keeps running \
meanwhile. After a dropped connection a client resumes by itself from the last event that it saw. Several clients may \
follow one session and write to it at once: all see the same order.`,
  },
  {
    keywords: {
      3: "session histor opta_home",
      2: "conversation stored saved kept disk database sqlite export delete",
      1: "where file",
    },
    text:
      `Sessions are stored on this machine, in one SQLite database in the daemon's state folder: \`~/.config/opta/daemon\`, \
or under \`OPTA_HOME\` when that is set. Nothing is sent anywhere but to the model server.

In a chat, \`/sessions\` lists them; over HTTP, \`GET /v3/sessions?text=WORDS\` searches, and \
\`GET /v3/sessions/ID/export\` writes one as Markdown or JSON.

What was acknowledged outlives a crash and a power cut; text that streams outlives a killed process.`,
  },
  {
    keywords: { 3: "secur privacy permission sandbox", 2: "safe token auth private trust", 1: "data" },
    text: `The daemon listens on the loopback address only, and checks every request before anything else:

- **Host and Origin** must be its own, so that no web page can talk to it, not even by DNS rebinding.
- **A token** of 256 bits, new at each start, is needed for all but the health check. It is in a file that only you can \
read, never in a URL or a log.
- **Deno's permissions** confine the process: it may reach the model server and its own state folder, and little else. \
\`opta daemon status\` shows what is in force.
- **Sizes are limited**: bodies, frames, connections, queued turns.

Text from a model is not trusted: control sequences are removed before it reaches your terminal.`,
  },
  {
    keywords: { 3: "command cli subcommand tui", 2: "flag option usage json", 1: "script" },
    text: `| command | does |
|---|---|
| \`opta\` or \`opta chat\` | a conversation |
| \`opta do TASK\` | one turn, for scripts; takes more input from a pipe |
| \`opta daemon …\` | start, stop, restart, status, logs, run |
| \`opta config …\` | list, get, set, delete |
| \`opta version\` | versions of opta, its contract and its runtime |

\`opta --help\` has the full list, \`opta COMMAND --help\` the details. \`--format json\` prints one JSON document on standard \
output.`,
  },
];
