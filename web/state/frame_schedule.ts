/**
 * When the page draws what has come: with the next frame; and in a tab that nobody looks at, where there are no frames,
 * a little later, for its title tells of requests and of the end of a turn.
 */
import type { Schedule } from "@opta/view/session_store";

/** Milliseconds after which it is drawn without a frame. */
const UNSEEN_DELAY_MS = 500;

export const nextFrame: Schedule = (draw) => {
  const callOff = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
  const once = () => {
    callOff();
    draw();
  };
  const frame = requestAnimationFrame(once);
  const timer = setTimeout(once, UNSEEN_DELAY_MS);
  return callOff;
};
