/** Which model serves, which could, and how far its world has moved since it was trained. */

import { get, id, post, remove } from "../api.js";
import { badge, card, dim, h, number, percent, table, trouble } from "../dom.js";
import { bars } from "../charts.js";

export async function models(root, signal) {
  const versions = h("div");
  const show = (state) => versions.replaceChildren(serving(state, change));
  const change = async (question, action) => {
    if (!confirm(question)) return;
    try {
      show(await action());
    } catch (error) {
      versions.prepend(trouble(error));
    }
  };
  show(await get("/inference/v1/models", signal));
  root.append(versions);
  root.append(await drift(signal));
}

function serving(state, change) {
  const slot = new Map(state.slots.map((model) => [model.version, model]));
  return card(
    "Versions",
    state.failures.map((failure) =>
      h(
        "p",
        { class: "trouble" },
        `${failure.version ?? ""} ${failure.reason ?? JSON.stringify(failure)}`,
      ),
    ),
    table(
      ["version", "serves", "users", ""],
      [...state.versions].reverse().map(({ version, live }) => {
        const model = slot.get(version);
        return [
          version,
          model
            ? badge(model.slot.toLowerCase(), model.slot === "LIVE" ? "good" : "")
            : live
              ? badge("live, not serving", "bad")
              : "",
          model ? percent(model.share) : "",
          actions(version, model, change),
        ];
      }),
      "No version yet: ./attune train makes one.",
    ),
    h(
      "p",
      {},
      state.versions.length > 1
        ? edit("Roll back", () =>
            change("End the canary, or go back to the previous version?", () =>
              post("/inference/v1/models/rollback"),
            ),
          )
        : "",
    ),
    state.shadow ? comparison(state.shadow) : "",
  );
}

function actions(version, model, change) {
  const path = `/inference/v1/models/${id(version)}`;
  const switchTo = (label, question, action) => edit(label, () => change(question, action));
  if (model?.slot === "LIVE") return "";
  if (model?.slot === "CANARY") {
    return [
      switchTo("Make live", `Make ${version} live for everybody?`, () => post(`${path}/promote`)),
      " ",
      switchTo("End canary", "End the canary, so that the live version scores everybody?", () =>
        remove("/inference/v1/models/canary"),
      ),
    ];
  }
  if (model?.slot === "SHADOW") {
    return [
      switchTo("10 % of users", `Give ${version} a tenth of the users?`, () =>
        post(`${path}/canary?share=0.1`),
      ),
      " ",
      switchTo("End shadow", "End the shadow?", () => remove("/inference/v1/models/shadow")),
    ];
  }
  return [
    switchTo("Shadow", `Make ${version} the shadow?`, () => post(`${path}/shadow`)),
    " ",
    switchTo("10 % of users", `Give ${version} a tenth of the users?`, () =>
      post(`${path}/canary?share=0.1`),
    ),
    " ",
    switchTo("Make live", `Make ${version} live for everybody?`, () => post(`${path}/promote`)),
  ];
}

const edit = (label, onclick) =>
  h("button", { type: "button", class: "quiet edit", onclick }, label);

function comparison(shadow) {
  return h(
    "div",
    {},
    h("h3", {}, "The shadow compared with the live model"),
    table(
      ["", ""],
      Object.entries(shadow).map(([name, value]) => [
        name,
        typeof value === "number" ? number(value) : String(value),
      ]),
    ),
  );
}

async function drift(signal) {
  let report;
  try {
    report = await get("/inference/v1/drift", signal);
  } catch (error) {
    return card("Drift", dim(error.message));
  }
  const all = [report.prediction, report.confidence, ...report.features].filter(Boolean);
  const moved = all
    .filter((one) => one.populationStability != null)
    .sort((a, b) => b.populationStability - a.populationStability);
  if (!report.modelVersion) return card("Drift", dim("No model with references is live."));
  const early = all.filter((one) => one.level === "TOO_EARLY");
  const without = all.filter((one) => one.level === "NO_REFERENCE");
  return card(
    "Drift",
    dim(
      `${number(report.rows)} rows compared with the training of ${report.modelVersion}. Users are compared with the training's users of the same age, the time since their first event. Below 0.1 nothing moved; from 0.25 a feature has drifted: train again.`,
    ),
    waiting(
      early,
      "Too early to say",
      "there are not yet enough users, or they are newer than those that the model learned from.",
    ),
    waiting(
      without,
      "Not compared",
      "the training had too few users of this age, or an earlier version of Attune made the model.",
    ),
    moved.length
      ? bars(
          moved.slice(0, 15).map((one) => ({
            label: one.name,
            value: one.populationStability,
            kind: one.level === "DRIFTED" ? "bad" : one.level === "STABLE" ? "muted" : "",
          })),
          number,
        )
      : "",
  );
}

function waiting(features, what, why) {
  if (!features.length) return "";
  const names = features.map((one) => one.name).join(", ");
  return h("p", { title: names }, `${what} for ${number(features.length)}: ${why}`);
}
