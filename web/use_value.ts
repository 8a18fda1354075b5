/** A value in a component, which is drawn again when it changes. */
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Value } from "@opta/view/value";

export function useValue<T>(value: Value<T>): T {
  return useSelected(value, identity);
}

/** A part of a value: the component is drawn again when that part is another one. */
export function useSelected<T, S>(value: Value<T>, select: (value: T) => S): S {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const drawn = useRef<S | undefined>(undefined);
  const selectNow = useRef(select);
  selectNow.current = select;
  drawn.current = select(value.get());
  useLayoutEffect(() => {
    const look = () => {
      if (!Object.is(selectNow.current(value.get()), drawn.current)) redraw(undefined);
    };
    look(); // it may have changed between drawing and subscribing
    return value.subscribe(look);
  }, [value]);
  return drawn.current as S;
}

function identity<T>(value: T): T {
  return value;
}
