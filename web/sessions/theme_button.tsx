/** Dark, light, or as the system has it. */
import { useLayoutEffect } from "preact/hooks";
import { Icon } from "../parts/icon.tsx";
import type { App } from "../state/app.ts";
import { THEMES } from "../state/preferences.ts";
import { useSelected } from "../use_value.ts";

export function ThemeButton({ app }: { app: App }) {
  const theme = useSelected(app.preferences.value, ({ theme }) => theme);
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? "auto";
  return (
    <button
      type="button"
      class="quiet icon-button"
      aria-label={`Colours: ${theme}. Change to ${next}`}
      title={`Colours: ${theme}`}
      onClick={() => app.preferences.set({ theme: next })}
    >
      <Icon name="theme" />
    </button>
  );
}
