/** Repeats until the signal ends it, and only while somebody can see it. */
export function every(milliseconds, signal, action) {
  let timer;
  const tick = async () => {
    if (document.visibilityState === "visible") await action();
    if (!signal.aborted) timer = setTimeout(tick, milliseconds);
  };
  signal.addEventListener("abort", () => clearTimeout(timer));
  return tick();
}
