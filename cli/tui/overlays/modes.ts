/** The overlay of modes: in which one the next messages are answered. */
import { TurnMode } from "@opta/protocol";
import { modeMeanings } from "../../chat/choose_mode.ts";
import type { OverlayFactory } from "../overlay.ts";
import { ListOverlay, overlayOf } from "./list_overlay.ts";

/** Columns of the longest name, and a gap. */
const NAME_COLUMNS = 10;

export const modesOverlay: OverlayFactory = ({ theme, signal, close, mode }) => {
  const items = TurnMode.options.map((name) => ({ id: name, name }));
  return overlayOf(
    new ListOverlay<(typeof items)[number]>({
      title: "Mode of your next messages",
      theme: theme.get,
      signal,
      close,
      canFilter: false,
      chosenId: mode.get(),
      items: () => items,
      rowOf: ({ name }) => [
        [name === mode.get() ? "* " : "  ", "accent"],
        [name.padEnd(NAME_COLUMNS)],
        [modeMeanings[name], "dim"],
      ],
      enter: {
        key: "",
        label: "chooses",
        doing: "choosing it",
        run({ name }) {
          mode.set(name);
          return Promise.resolve("close");
        },
      },
      empty: () => "",
    }),
  );
};
