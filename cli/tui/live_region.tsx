/**
 * The live region as Ink draws it: each part a text that is drawn anew when its lines have changed, and only then. No
 * state of React's lies on the path of a token or a key.
 */
import type { Value } from "@opta/view/value";
import { Box, Text, useCursor } from "ink";
import { Component, type ReactNode, useSyncExternalStore } from "react";
import { type Cursor, regionNames, type Regions } from "./regions.ts";

export interface LiveRegionProps {
  regions: Regions;
  /** Something here has thrown; nothing is drawn any more. */
  onError(error: unknown): void;
}

export function LiveRegion({ regions, onError }: LiveRegionProps) {
  return (
    <Boundary onError={onError}>
      <Box flexDirection="column">
        {regionNames.map((name) => <Lines key={name} of={regions[name]} />)}
      </Box>
      <CursorPlace at={regions.cursor} />
    </Boundary>
  );
}

function Lines({ of }: { of: Value<readonly string[]> }) {
  const lines = useSyncExternalStore(of.subscribe, of.get);
  const text = lines.join("\n");
  if (lines.length === 0) return null;
  return <Text wrap="truncate">{text === "" ? " " : text}</Text>;
}

function CursorPlace({ at }: { at: Value<Cursor | null> }) {
  const cursor = useSyncExternalStore(at.subscribe, at.get);
  useCursor().setCursorPosition(cursor ?? undefined);
  return null;
}

class Boundary extends Component<{ onError(error: unknown): void; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: unknown) {
    this.props.onError(error);
  }

  override render() {
    return this.state.hasFailed ? null : this.props.children;
  }
}
