/** A list to choose from, with a field that narrows it down: keys go through the list while the focus stays in the field. */
import { rank } from "@opta/view/fuzzy";
import { useLayoutEffect, useState } from "preact/hooks";
import { Dialog } from "./dialog.tsx";

export interface PickerItem {
  id: string;
  label: string;
  hint?: string;
}

export interface PickerProps {
  title: string;
  /** `null` while they are being asked for. */
  items: readonly PickerItem[] | null;
  /** What is chosen now. */
  current: string | null;
  problem: string | null;
  onPick(id: string): void;
  onClose(): void;
}

export function Picker({ title, items, current, problem, onPick, onClose }: PickerProps) {
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const shown = rank(query, items ?? [], ({ label }) => label).map(({ item }) => item);
  const active = shown[Math.min(chosen, shown.length - 1)];
  useLayoutEffect(() => {
    if (active) document.getElementById(optionId(active))?.scrollIntoView({ block: "nearest" });
  }, [active]);
  const press = (event: KeyboardEvent) => {
    const { length } = shown;
    if (event.key === "ArrowDown") setChosen(length === 0 ? 0 : (chosen + 1) % length);
    else if (event.key === "ArrowUp") setChosen(length === 0 ? 0 : (chosen + length - 1) % length);
    else if (event.key === "Enter" && active && !event.isComposing) onPick(active.id);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={title} onClose={onClose} kind="picker">
      <input
        type="text"
        autoFocus
        role="combobox"
        aria-expanded="true"
        aria-controls="picker-list"
        aria-label="Narrow down"
        aria-activedescendant={active && optionId(active)}
        placeholder="Type to narrow down"
        value={query}
        onInput={(event) => {
          setQuery(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      {problem !== null && <p class="problem" role="alert">{problem}</p>}
      {items === null && problem === null && <p class="hint">Asking …</p>}
      <ul id="picker-list" role="listbox" aria-label={title}>
        {shown.map((item) => (
          <li
            key={item.id}
            id={optionId(item)}
            role="option"
            aria-selected={item === active}
            aria-current={item.id === current ? "true" : undefined}
            onClick={() => onPick(item.id)}
          >
            <span>{item.label}</span>
            {item.hint !== undefined && <span class="hint">{item.hint}</span>}
          </li>
        ))}
      </ul>
      {items !== null && shown.length === 0 && <p class="hint">Nothing of that name</p>}
    </Dialog>
  );
}

function optionId({ id }: PickerItem): string {
  return `option-${encodeURIComponent(id)}`;
}
