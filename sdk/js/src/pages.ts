/** Sends a page view with the visible time spent when the page changes or is left. */
export function trackPages(report: (page: string, title: string, seconds: number) => void): () => void {
  const history = window.history;
  const { pushState, replaceState } = history;
  let page = location.pathname;
  let title = document.title;
  let visibleMs = 0;
  let since = document.visibilityState === "visible" ? Date.now() : 0;

  const pause = (): void => {
    if (since) visibleMs += Date.now() - since;
    since = 0;
  };
  const leave = (): void => {
    pause();
    report(page, title, visibleMs / 1000);
    visibleMs = 0;
  };
  const arrive = (): void => {
    if (location.pathname === page) return;
    leave();
    page = location.pathname;
    title = document.title;
    since = Date.now();
  };
  const visibility = (): void => {
    if (document.visibilityState === "visible") since ||= Date.now();
    else pause();
  };

  const wrap = (original: typeof pushState): typeof pushState =>
    function (this: History, ...args) {
      original.apply(this, args);
      arrive();
    };
  const pushed = (history.pushState = wrap(pushState));
  const replaced = (history.replaceState = wrap(replaceState));
  addEventListener("popstate", arrive);
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", visibility);
  return () => {
    leave();
    // another library may have wrapped them since
    if (history.pushState === pushed) history.pushState = pushState;
    if (history.replaceState === replaced) history.replaceState = replaceState;
    removeEventListener("popstate", arrive);
    removeEventListener("pagehide", leave);
    document.removeEventListener("visibilitychange", visibility);
  };
}
