import { passedMs } from "./clock";

export interface Pages {
  /** The page goes away: its view is to be sent. */
  leave(): void;
  /** The same, and none after it. */
  stop(): void;
}

/** Reports a page view with the visible time spent when the page changes or is left. */
export function trackPages(report: (page: string, title: string, seconds: number) => void): Pages {
  const { pushState, replaceState } = history;
  let page = location.pathname;
  let visibleMs = 0;
  let since = 0;

  const count = (): void => {
    const now = passedMs();
    if (since) visibleMs += now - since;
    since = document.visibilityState === "visible" ? now : 0;
  };
  const leave = (): void => {
    count();
    // routers set the next page's title after its address
    report(page, document.title, visibleMs / 1000);
    visibleMs = 0;
  };
  const arrive = (): void => {
    if (location.pathname === page) return;
    leave();
    page = location.pathname;
  };

  const wrap = (original: typeof pushState): typeof pushState =>
    function (this: History, ...args) {
      original.apply(this, args);
      arrive();
    };
  const pushed = (history.pushState = wrap(pushState));
  const replaced = (history.replaceState = wrap(replaceState));
  count();
  addEventListener("popstate", arrive);
  document.addEventListener("visibilitychange", count);
  const stop = (): void => {
    leave();
    // another library may have wrapped them since
    if (history.pushState === pushed) history.pushState = pushState;
    if (history.replaceState === replaced) history.replaceState = replaceState;
    removeEventListener("popstate", arrive);
    document.removeEventListener("visibilitychange", count);
  };
  return { leave, stop };
}
