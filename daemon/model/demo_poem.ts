/**
 * Verse of the demo model: iambic tetrameter in rhyming couplets, of any length, always the same for the same request.
 * A line is an opening ("The patient lamp") and a closing ("recalls the light") of four syllables each.
 */

/** Half an hour at reading speed; more is no poem. */
export const MAX_POEM_LINES = 2_000;

const ADJECTIVES = [
  "quiet",
  "patient",
  "golden",
  "gentle",
  "silver",
  "hidden",
  "distant",
  "early",
  "sleepless",
  "careful",
];
const NOUNS = ["lamp", "road", "bridge", "clock", "tide", "ship", "bird", "door", "moon", "cloud", "lark", "coat"];
const LINKS = ["And still", "But soon", "And then", "While now", "And yet", "For once", "Yet here", "And so"];

const FIRST_OPENINGS = ADJECTIVES.flatMap((adjective) => NOUNS.map((noun) => `The ${adjective} ${noun}`));
const SECOND_OPENINGS = LINKS.flatMap((link) => NOUNS.map((noun) => `${link} the ${noun}`));

/** Closings that rhyme with each other, a row for each rhyme. The first row also answers a dedication. */
const CLOSINGS = [
  ["recalls the light", "outlives the night", "is out of sight", "is turning white", "is burning bright"],
  [
    "awaits the day",
    "has found its way",
    "drifts far away",
    "would gladly stay",
    "is dressed in grey",
    "has much to say",
  ],
  ["returns to sea", "is running free", "outgrows the tree", "has lost its key", "agrees with me"],
  ["is cold as stone", "is not alone", "is widely known", "has slowly grown", "repeats its tone"],
  ["has touched the ground", "has made no sound", "is lost and found", "keeps turning round", "is homeward bound"],
  ["dissolves in air", "is always there", "is kept with care", "ascends the stair", "has none to spare"],
  ["gives way to time", "completes a rhyme", "begins to climb", "has heard the chime"],
  ["has smelled the rain", "comes round again", "is clear and plain", "looks down the lane", "has missed its train"],
  ["is dark and deep", "has gone to sleep", "has much to keep", "lies in a heap"],
  ["obeys the hand", "has come to land", "is drawn in sand", "knows where to stand"],
  ["is nearly blue", "is proven true", "will see it through", "is good as new", "has cares but few"],
  ["looks past the hill", "is never still", "has found its will", "has hours to fill"],
  ["leans on the wall", "has heard the call", "is not so small", "has seen them fall", "is loved by all"],
  ["has dreamed of snow", "has come to know", "is kind and slow", "was told to go", "begins to glow"],
  ["counts out the year", "is drawing near", "is bright and clear", "has waited here", "has lost its fear"],
  ["begins a song", "was never long", "is growing strong", "still hums along"],
  ["has lost its name", "stays much the same", "protects the flame", "knows whence it came"],
];

/**
 * @param lines how many lines, 1 to `MAX_POEM_LINES`
 * @param topic what the poem is dedicated to; also picks which poem it is
 */
export function poem(lines: number, topic: string | null): string {
  const random = seeded(topic ?? "");
  const rows = CLOSINGS.map((row) => shuffled(row, random));
  const firsts = shuffled(FIRST_OPENINGS, random);
  const seconds = shuffled(SECOND_OPENINGS, random);
  return Array.from({ length: lines }, (_, index) => {
    const couplet = index >> 1;
    const row = rows[couplet % rows.length]!;
    const round = Math.floor(couplet / rows.length); // how often this rhyme has come before
    const isSecond = index % 2 === 1;
    const mark = isSecond || index === lines - 1 ? "." : ",";
    if (index === 0 && topic !== null) return `Of ${topic} I was asked to write${mark}`;
    // The two lines of a couplet take neighbours in the row. The lengths of both lists of openings (120 and 96) have no
    // factor in common with the number of rhymes (17), so no line comes twice in MAX_POEM_LINES.
    const opening = isSecond ? seconds[couplet % seconds.length]! : firsts[couplet % firsts.length]!;
    return `${opening} ${row[(round + index % 2) % row.length]!}${mark}`;
  }).join("\n");
}

/** A small linear congruential generator: the same text gives the same numbers on every machine. */
function seeded(text: string): () => number {
  let state = 0x2f6e2b1;
  for (const character of text) state = (Math.imul(state, 31) + character.codePointAt(0)!) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function shuffled(list: readonly string[], random: () => number): string[] {
  const result = [...list];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
