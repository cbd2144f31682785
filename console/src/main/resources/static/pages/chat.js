/** One customer's chat with the bot, and beside it what Attune makes of each step. */

import { find, get, id, listen, post } from "../api.js";
import { badge, button, dim, h, link, sentence } from "../dom.js";
import { contributions, features, intents, segments } from "./knowledge.js";
import { effectOf } from "./step-effect.js";

/** Longest that a reply waits for the prediction to know the message. */
const PATIENCE_MS = 500;

/** Between two steps of an example, so that one can follow. */
const STEP_MS = 700;

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
  #customer;
  #session = crypto.randomUUID();
  #locale = h(
    "select",
    { "aria-label": "Language" },
    ["en-US", "en-GB", "es-ES", "es-MX", "de-DE", "fr-FR", "pt-BR"].map((tag) =>
      h("option", {}, tag),
    ),
  );
  #slot = h("input", {
    value: "reply",
    list: "slots",
    "aria-label": "Slot that answers a message",
    size: 10,
  });
  #token = null;
  #user = null;
  #beforeStep = null;

  constructor(customer) {
    this.#customer = customer;
  }

  /** The chat itself, and what is known. */
  elements() {
    return [
      h(
        "section",
        { class: "card chat", "aria-label": `Chat of ${this.#customer}` },
        h("div", { class: "bar-top" }, h("h2", {}, "Chat"), link(`#/users/${id(this.#customer)}`, this.#customer)),
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

  /** Shows what is known already, then each change. */
  async follow(signal) {
    const user = await find(`/responses/v1/users/${id(this.#customer)}`);
    if (user) this.#show(user);
    listen(`/responses/v1/users/${id(this.#customer)}/events`, "prediction", (now) => this.#show(now), signal);
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
          { id: "slots" },
          ["greeting", "suggestion", "reply", "handoff"].map((slot) =>
            h("option", { value: slot }),
          ),
        ),
        this.#locale,
      ),
    );
  }

  #show(user) {
    this.#tellEffect(user);
    this.known.replaceChildren(
      h("h3", {}, "Intent"),
      intents(user.prediction),
      h("h3", {}, "Segments"),
      segments(user.segments),
      h("details", {}, h("summary", {}, "Features"), features(user.features, this.#user?.features)),
    );
    this.#user = user;
  }

  /** Under the step that is the newest. */
  #tellEffect(user) {
    const step = [...this.log.querySelectorAll(".line.customer, .line.step")].at(-1);
    const effect = effectOf(this.#beforeStep, user);
    if (!step || !effect) return;
    step.querySelector(".effect-of")?.remove();
    step.append(h("small", { class: "effect-of" }, effect));
  }

  #view(page) {
    return this.#did("page_viewed", { page }, `looks at ${page}`);
  }

  #click(element) {
    return this.#did("clicked", { element }, `clicks ${element}`);
  }

  async #write(text) {
    this.#line("customer", text);
    await this.#send("message_sent", { text });
    await this.#ask(this.#slot.value);
  }

  async #did(type, body, saying) {
    this.#line("step", saying);
    await this.#send(type, body);
  }

  async #rate(score) {
    await this.#did(
      "feedback",
      { kind: "csat", score, decisionId: this.lastDecision },
      `rates ${score} of 5`,
    );
  }

  async #send(type, body) {
    const event = {
      eventId: crypto.randomUUID(),
      type,
      userId: this.#customer,
      sessionId: this.#session,
      occurredAt: new Date().toISOString(),
      channel: "web",
      locale: this.#locale.value,
      [type]: body,
    };
    const answer = await post("/gateway/v1/events", { events: [event] });
    this.#token = answer.tokens[this.#customer];
  }

  async #ask(slot) {
    const began = performance.now();
    const reply = await post("/responses/v1/responses", {
      userId: this.#customer,
      sessionId: this.#session,
      slot,
      locale: this.#locale.value,
      ...(this.#token && { after: this.#token, waitMs: PATIENCE_MS }),
    });
    this.lastDecision = reply.decisionId;
    this.#line("bot", reply.text, this.#tag(reply, performance.now() - began));
    this.suggestions.replaceChildren(
      ...(reply.quickReplies ?? []).map((quick) =>
        button(quick.label, () => this.#safely(() => this.#choose(reply, quick))),
      ),
    );
    await this.#explain(reply.decisionId);
  }

  async #choose(reply, quick) {
    await this.#send("quick_reply_used", { decisionId: reply.decisionId, value: quick.value });
    await this.#write(quick.label);
  }

  #tag(reply, milliseconds) {
    return h(
      "small",
      {},
      badge(reply.personalized ? "personalized" : "generic", reply.personalized ? "good" : ""),
      " ",
      reply.reason,
      reply.variant ? ` · ${reply.experiment}: ${reply.variant}` : "",
      reply.freshness && !reply.freshness.caughtUp ? " · not caught up" : "",
      ` · ${Math.round(milliseconds)} ms`,
    );
  }

  async #explain(decisionId) {
    const decision = await get(`/responses/v1/decisions/${id(decisionId)}`);
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

  #line(who, text, tag) {
    this.log.querySelector(".start")?.remove();
    if (who !== "bot") this.#beforeStep = this.#user;
    this.log.append(h("div", { class: `line ${who}` }, h("p", {}, text), tag));
    this.log.scrollTop = this.log.scrollHeight;
  }

  async #safely(action) {
    try {
      await action();
    } catch (error) {
      this.#line("step bad", error.message);
    }
  }
}
