/** One customer's chat with the bot, and beside it what Attune makes of each step. */

import { find, get, id, OWN_PAGE, signInAgain } from "../api.js";
import { badge, button, dim, h, link, sentence } from "../dom.js";
import { replyReason } from "../reasons.js";
import { title, words } from "../units.js";
import { createAttune } from "../vendor/attune.js";
import { armsOf } from "./arms.js";
import { contributions, features, intents, segments } from "./knowledge.js";
import { Steps } from "./step-effect.js";

/** Longest that a reply waits for the prediction to know the message. */
const PATIENCE_MS = 500;

/** Between two steps of an example, so that one can follow. */
const STEP_MS = 700;

/** What could not be sent is tried again at least so often: somebody watches. */
const RETRY_MS = 5_000;

/** The first one is chosen until another is. */
export const LOCALES = ["en-US", "en-GB", "es-ES", "es-MX", "de-DE", "fr-FR", "pt-BR"];

/** A field for what is said, and the button that says it. */
export function sayForm(placeholder, label, button, onSaid) {
  const text = h("input", { placeholder, "aria-label": label, maxlength: 2000, autocomplete: "off" });
  return h(
    "form",
    {
      class: "say",
      onsubmit: (event) => {
        event.preventDefault();
        const said = text.value.trim();
        text.value = "";
        if (said) onSaid(said);
      },
    },
    text,
    h("button", {}, button),
  );
}

export class Chat {
  log = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": "What was said and done" });
  suggestions = h("div", { class: "quick" });
  known = h("div", {}, dim("Nothing yet: look at a page, or write something."));
  why = h("div");
  #arms = h("p", { class: "dim arms" });
  #features = h("div", {});
  /** One for all updates: who has opened it watches features change. */
  #details = h("details", {}, h("summary", {}, "Features"), this.#features);
  #signal = null;
  /** So many times it was asked for: what comes after a newer answer is passed over. */
  #armsAsked = 0;
  #repliesAsked = 0;
  #customer;
  #experiments;
  #attune;
  #locale = h(
    "select",
    { "aria-label": "Language", onchange: () => this.#tellArms() },
    LOCALES.map((tag) => h("option", {}, tag)),
  );
  #slot = h("input", {
    value: "reply",
    "aria-label": "Slot that answers a message",
    size: 10,
  });
  #user = null;
  #wouldSay = null;
  #steps = new Steps(() => this.#attune.token());
  #troubles = new Set();

  /**
   * The customer's browser is the SDK, as on anybody's page. It keeps nothing on this device, so two
   * customers on one page have nothing in common.
   *
   * @param experiments those that run
   */
  constructor(customer, experiments) {
    this.#customer = customer;
    this.#experiments = experiments;
    this.#slot.setAttribute("list", `slots-${customer}`);
    this.#attune = createAttune({
      endpoint: "/api/gateway",
      responses: "/api/responses",
      headers: OWN_PAGE,
      credentials: "same-origin",
      storage: "memory",
      userId: customer,
      locale: () => this.#locale.value,
      retry: { maxMs: RETRY_MS },
      onError: (failure) => this.#tellFailure(failure),
    });
  }

  /** The chat itself, and what is known. */
  elements() {
    return [
      h(
        "section",
        { class: "card chat", "aria-label": `Chat of ${this.#customer}` },
        h("div", { class: "bar-top" }, h("h2", {}, "Chat"), link(`#/users/${id(this.#customer)}`, this.#customer)),
        this.#arms,
        this.log,
        this.suggestions,
        h("div", { class: "edit" }, sayForm("Write as the customer …", "Message", "Send", (said) => this.write(said)), this.#actions()),
        h("p", { class: "dim view-only" }, "You may only look: to play a customer, the role editor is needed."),
      ),
      h(
        "section",
        { class: "card", "aria-live": "polite", "aria-label": `What Attune knows of ${this.#customer}` },
        h("h2", {}, "What Attune knows"),
        this.known,
        this.why,
      ),
    ];
  }

  /** Shows what is known and each change, until the signal ends it. */
  follow(signal) {
    this.#signal = signal;
    this.#attune.onPrediction((user) => this.#show(user));
    signal.addEventListener("abort", () => this.#attune.stop(), { once: true });
    this.#tellArms();
  }

  /** Offers something while nothing was said. */
  start(...content) {
    this.log.append(h("div", { class: "start edit" }, content));
  }

  write(text) {
    return this.#safely(() => this.#write(text));
  }

  /** Plays steps: `["page", path]`, `["click", element]`, `["write", text]`. */
  async play(steps) {
    for (const [what, value] of steps) {
      if (this.#signal.aborted) return;
      if (what === "page") await this.#safely(() => this.#view(value));
      else if (what === "click") await this.#safely(() => this.#click(value));
      else await this.write(value);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }

  #actions() {
    const page = h("input", { value: "/orders/track", "aria-label": "Page", size: 16 });
    const element = h("input", { value: "track-order", "aria-label": "Element", size: 12 });
    const act = (label, action) => button(label, () => this.#safely(action));
    return h(
      "div",
      { class: "actions" },
      h(
        "span",
        {},
        page,
        act("look at page", () => this.#view(page.value)),
      ),
      h(
        "span",
        {},
        element,
        act("click", () => this.#click(element.value)),
      ),
      h(
        "span",
        {},
        act("open the chat", () => this.#ask("greeting")),
        act("rate 5", () => this.#rate(5)),
        act("rate 1", () => this.#rate(1)),
      ),
      h(
        "span",
        {},
        h("label", {}, "slot ", this.#slot),
        h(
          "datalist",
          { id: `slots-${this.#customer}` },
          ["greeting", "suggestion", "reply", "handoff"].map((slot) =>
            h("option", { value: slot }),
          ),
        ),
        this.#locale,
      ),
    );
  }

  #show(user) {
    this.#steps.know(user);
    this.#tellEffects();
    this.#tellReply();
    this.known.replaceChildren(
      h("h3", {}, "Intent"),
      intents(user.prediction),
      h("h3", {}, "Segments"),
      segments(user.segments),
      this.#details,
    );
    this.#features.replaceChildren(...features(user.features, this.#user?.features, Infinity));
    this.#user = user;
  }

  /** Each under its step. */
  #tellEffects() {
    for (const [line, effect] of this.#steps.effects()) {
      line.querySelector(".effect-of")?.remove();
      line.append(h("small", { class: "effect-of" }, effect));
    }
  }

  /** Under the newest step, what would be said now, where that is something else than before. A message gets its reply. */
  async #tellReply() {
    const asking = ++this.#repliesAsked;
    const line = [...this.log.querySelectorAll(".line.customer, .line.step:not(.bad)")].at(-1);
    const asked = new URLSearchParams({ slot: this.#slot.value, locale: this.#locale.value });
    const now = await find(`/responses/v1/users/${id(this.#customer)}/preview?${asked}`, this.#signal).catch(() => null);
    if (asking !== this.#repliesAsked || !now || now.text === this.#wouldSay) return;
    this.#wouldSay = now.text;
    if (!line?.classList.contains("step")) return;
    line.querySelector(".would-say")?.remove();
    line.append(h("small", { class: "would-say", title: now.text }, `would now say: ${replyReason(now.reason)}`));
  }

  #view(page) {
    return this.#did(`looks at ${page}`, () => this.#attune.pageViewed(page));
  }

  #click(element) {
    return this.#did(`clicks ${element}`, () => this.#attune.clicked(element));
  }

  #rate(score) {
    const decisionId = this.lastDecision;
    return this.#did(`rates ${score} of 5`, () => this.#attune.feedback({ kind: "csat", score, decisionId }));
  }

  #did(saying, act) {
    const step = this.#step("step", saying);
    act();
    return this.#send(step);
  }

  async #write(text) {
    const step = this.#step("customer", text);
    this.#attune.messageSent(text);
    await this.#send(step);
    return this.#ask(this.#slot.value);
  }

  #step(who, text) {
    this.#troubles.clear();
    return this.#steps.begin(this.#line(who, text));
  }

  async #send(step) {
    await this.#attune.flush();
    this.#steps.sent(step);
    this.#tellEffects();
  }

  async #ask(slot) {
    const began = performance.now();
    const reply = await this.#attune.respond(slot, { waitMs: PATIENCE_MS });
    if (!reply) return;
    this.lastDecision = reply.decisionId;
    this.#line("bot", reply.text, this.#tag(reply, performance.now() - began));
    this.suggestions.replaceChildren(
      ...(reply.quickReplies ?? []).map((quick) =>
        button(quick.label, () => this.#safely(() => this.#choose(reply, quick))),
      ),
    );
    await Promise.all([this.#explain(reply.decisionId), this.#tellArms()]);
  }

  #choose(reply, quick) {
    this.#attune.quickReplyUsed(reply.decisionId, quick.value);
    return this.#write(quick.label);
  }

  #tag(reply, milliseconds) {
    return h(
      "small",
      {},
      badge(reply.personalized ? "personalized" : "generic", reply.personalized ? "good" : ""),
      " ",
      h("span", { title: reply.reason }, replyReason(reply.reason)),
      reply.variant ? ` · ${title(reply.experiment)}: ${words(reply.variant)}` : "",
      reply.freshness && !reply.freshness.caughtUp ? " · not caught up" : "",
      ` · ${Math.round(milliseconds)} ms`,
    );
  }

  async #explain(decisionId) {
    const decision = await get(`/responses/v1/decisions/${id(decisionId)}`, this.#signal);
    this.why.replaceChildren(
      h("h3", {}, "Why this reply"),
      h(
        "ul",
        {},
        decision.explanation.map((said) => h("li", {}, sentence(said))),
      ),
      contributions(decision.prediction) ?? "",
      h("a", { href: `#/decisions/${id(decisionId)}` }, "The whole decision"),
    );
  }

  async #tellArms() {
    const asking = ++this.#armsAsked;
    const said = await armsOf(this.#experiments, this.#customer, this.#locale.value, this.#signal);
    if (asking === this.#armsAsked) this.#arms.replaceChildren(...said);
  }

  /** Each reason once a step. What is known comes again by itself. */
  #tellFailure({ request, status, field, detail = "No answer.", willRetry }) {
    if (status === 401) signInAgain();
    const said = [field, detail].filter(Boolean).join(": ");
    if (request === "predictions" || this.#troubles.has(said)) return;
    this.#troubles.add(said);
    this.#line("step bad", willRetry ? `${said} It is tried again.` : said);
  }

  #line(who, text, tag) {
    this.log.querySelector(".start")?.remove();
    const line = h("div", { class: `line ${who}` }, h("p", {}, text), tag);
    this.log.append(line);
    this.log.scrollTop = this.log.scrollHeight;
    return line;
  }

  async #safely(action) {
    try {
      await action();
    } catch (error) {
      this.#line("step bad", error.message);
    }
  }
}
