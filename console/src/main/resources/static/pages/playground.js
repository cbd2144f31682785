/**
 * A chat with the bot as a customer of one's own invention, and beside it what Attune makes of each
 * step. Events and replies are real: they are counted like anybody's.
 */

import { find, get, id, listen, post } from "../api.js";
import { badge, dim, h, link, sentence } from "../dom.js";
import { contributions, features, intents, segments } from "./knowledge.js";

/** Longest that a reply waits for the prediction to know the message. */
const PATIENCE_MS = 500;

export async function playground(root, signal, asked) {
  const customer = asked ?? `playground-${crypto.randomUUID().slice(0, 8)}`;
  if (!asked) history.replaceState(null, "", `#/playground/${id(customer)}`);
  const chat = new Chat(customer);
  root.append(
    h(
      "div",
      { class: "split" },
      h(
        "section",
        { class: "card chat" },
        chat.heading(),
        chat.log,
        chat.suggestions,
        chat.form(),
        chat.actions(),
      ),
      h(
        "section",
        { class: "card", "aria-live": "polite" },
        h("h2", {}, "What Attune knows"),
        chat.known,
        chat.why,
      ),
    ),
  );
  await chat.look();
  const events = `/responses/v1/users/${id(customer)}/events`;
  listen(events, "prediction", (user) => chat.show(user), signal);
}

class Chat {
  log = h("div", { class: "log", role: "log" });
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
  #features = null;

  constructor(customer) {
    this.#customer = customer;
  }

  heading() {
    return h(
      "div",
      { class: "bar-top" },
      h("h2", {}, "Chat"),
      link(`#/users/${id(this.#customer)}`, this.#customer),
      h("a", { href: "#/playground", class: "button quiet" }, "New customer"),
    );
  }

  form() {
    const text = h("input", {
      placeholder: "Write as the customer …",
      "aria-label": "Message",
      maxlength: 2000,
      autocomplete: "off",
    });
    return h(
      "form",
      {
        class: "say",
        onsubmit: (event) => {
          event.preventDefault();
          const said = text.value.trim();
          text.value = "";
          if (said) this.#safely(() => this.#write(said));
        },
      },
      text,
      h("button", {}, "Send"),
    );
  }

  actions() {
    const page = h("input", { value: "/orders/track", "aria-label": "Page", size: 16 });
    const element = h("input", { value: "track-order", "aria-label": "Element", size: 12 });
    const act = (label, action) =>
      h("button", { type: "button", class: "quiet", onclick: () => this.#safely(action) }, label);
    return h(
      "div",
      { class: "actions" },
      h(
        "span",
        {},
        page,
        act("look at page", () =>
          this.#did("page_viewed", { page: page.value }, `looks at ${page.value}`),
        ),
      ),
      h(
        "span",
        {},
        element,
        act("click", () =>
          this.#did("clicked", { element: element.value }, `clicks ${element.value}`),
        ),
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

  /** What is known before anything is done here. */
  async look() {
    const user = await find(`/responses/v1/users/${id(this.#customer)}`);
    if (user) this.show(user);
  }

  show(user) {
    this.known.replaceChildren(
      h("h3", {}, "Intent"),
      intents(user.prediction),
      h("h3", {}, "Segments"),
      segments(user.segments),
      h("details", {}, h("summary", {}, "Features"), features(user.features, this.#features)),
    );
    this.#features = user.features;
  }

  async #write(text) {
    this.#line("customer", text);
    await this.#send("message_sent", { text });
    await this.#ask(this.#slot.value);
  }

  async #did(type, body, saying) {
    this.#line("note", saying);
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
    if (answer.rejected.length)
      throw new Error(`${answer.rejected[0].field}: ${answer.rejected[0].detail}`);
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
        h(
          "button",
          {
            type: "button",
            class: "quiet",
            onclick: () => this.#safely(() => this.#choose(reply, quick)),
          },
          quick.label,
        ),
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
    this.log.append(h("div", { class: `line ${who}` }, h("p", {}, text), tag));
    this.log.scrollTop = this.log.scrollHeight;
  }

  async #safely(action) {
    try {
      await action();
    } catch (error) {
      this.#line("note bad", error.message);
    }
  }
}
