/** When something that was just put into the document stands on the screen, and when it does no more. */

/**
 * Calls `painted` after a frame in which it was drawn, in a tab that is looked at; and `hidden` when the tab is left.
 * Returns the way to stop it.
 */
export function whenPainted(painted: () => void, hidden: () => void): () => void {
  let frame = 0;
  const look = () => {
    cancelAnimationFrame(frame);
    if (document.visibilityState !== "visible") return hidden();
    // The first frame draws it, the second comes when the first has been shown.
    frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(painted);
    });
  };
  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    cancelAnimationFrame(frame);
    document.removeEventListener("visibilitychange", look);
  };
}
