/** Is it healthy, is it helping? Live by Server-Sent Events, beside the last hours. */

import { listen } from "../api.js";
import { become, dim, h, trouble } from "../dom.js";
import { duration } from "../units.js";
import { helping } from "./overview-helping.js";
import { history, HOURS } from "./overview-history.js";
import { answer, pipeline, reasons, refused, segments } from "./overview-now.js";

/** The console tells news every 2 s, and after 4 s where a service hangs. */
const STALE_MS = 12_000;

export async function overview(root, signal, hours = "") {
  const chosen = HOURS.includes(Number(hours)) ? Number(hours) : null;
  const place = {
    answer: h("div", {}),
    now: h("div", {}),
    reasons: h("div", {}),
    refused: h("div", {}),
    segments: h("div", {}),
  };
  const help = h("div", {});
  root.append(place.answer, place.now);
  await new Promise((resolve) => {
    let last = null;
    let lastAt = 0;
    const show = () => {
      const age = Date.now() - lastAt;
      const stale = age > STALE_MS;
      become(place.answer, answer(last, stale), stale && dim(`No news for ${duration(Math.round(age / 1000))}. Below is how it was then.`));
      become(place.now, pipeline(last, stale));
      become(place.reasons, reasons(last));
      become(place.refused, refused(last));
      become(place.segments, segments(last));
    };
    const take = (news) => {
      const first = !last;
      last = news;
      lastAt = Date.now();
      show();
      if (!first) return;
      root.append(
        h(
          "div",
          { class: "grid wide" },
          h("div", { class: "column" }, help, place.refused),
          h("div", { class: "column" }, place.reasons, place.segments),
        ),
        history(chosen, signal),
      );
      helping(help, signal);
      resolve();
    };
    const refuse = () => {
      if (last) return;
      become(place.answer, trouble(new Error("The console does not answer. It is asked again every few seconds.")));
      resolve();
    };
    // a browser has few connections for all its tabs: those in the background need none
    let connection = null;
    const connect = () => {
      const visible = document.visibilityState === "visible";
      if (visible === (connection != null)) return;
      connection?.abort();
      connection = visible ? new AbortController() : null;
      if (!visible) return;
      lastAt = Date.now();
      listen("/overview/events", "overview", take, connection.signal, refuse);
    };
    document.addEventListener("visibilitychange", connect);
    connect();
    const timer = setInterval(() => last && connection && Date.now() - lastAt > STALE_MS && show(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", connect);
      connection?.abort();
      resolve();
    });
  });
}
