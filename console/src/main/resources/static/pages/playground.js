/**
 * A chat with the bot as a customer of one's own invention, or as two side by side. Events and
 * replies are real: they are counted like anybody's.
 */

import { id } from "../api.js";
import { button, h } from "../dom.js";
import { Chat, sayForm } from "./chat.js";

/** The same words of customers who did something else before. */
const WORDS = "I need help";

const ORDER = [
  ["page", "/orders/track"],
  ["click", "track-order"],
  ["page", "/orders"],
  ["write", WORDS],
];

const REFUND = [
  ["page", "/returns/new"],
  ["click", "return-item"],
  ["page", "/help/refunds"],
  ["write", WORDS],
];

const invented = () => `playground-${crypto.randomUUID().slice(0, 8)}`;

/**
 * @param asked the customer, or none: one is invented
 * @param beside a second one
 */
export async function playground(root, signal, asked, beside) {
  const customer = asked ?? invented();
  if (!asked) history.replaceState(null, "", `#/playground/${id(customer)}`);
  const chats = [customer, ...(beside ? [beside] : [])].map((name) => new Chat(name));
  root.append(...(beside ? pair(chats, customer) : alone(chats[0], customer)));
  await Promise.all(chats.map((chat) => chat.follow(signal)));
}

function alone(chat, customer) {
  chat.start(
    h("p", {}, "Nothing has been said yet. Write as the customer below, or see an example: two pages, a click, and a message that says little."),
    button("About an order", () => chat.play(ORDER), ""),
    " ",
    button("About a refund", () => chat.play(REFUND), ""),
  );
  return [
    h(
      "p",
      { class: "doors" },
      h("a", { href: "#/playground", class: "button quiet" }, "New customer"),
      h("a", { href: `#/playground/${id(customer)}/${id(invented())}`, class: "button quiet" }, "Two customers side by side"),
    ),
    h("div", { class: "split" }, chat.elements()),
  ];
}

function pair(chats, customer) {
  const [one, other] = chats;
  const play = () => Promise.all([one.play(ORDER), other.play(REFUND)]);
  one.start(
    h("p", {}, "Two customers, the same words: this one looks at an order first, the other one at a refund."),
    button("Play it", play, ""),
  );
  return [
    h(
      "p",
      { class: "doors" },
      h("a", { href: `#/playground/${id(invented())}/${id(invented())}`, class: "button quiet" }, "Two new customers"),
      h("a", { href: `#/playground/${id(customer)}`, class: "button quiet" }, "One customer"),
    ),
    h(
      "div",
      { class: "edit" },
      sayForm("Both write …", "What both write", "Send to both", (said) => chats.forEach((chat) => chat.write(said))),
    ),
    h(
      "div",
      { class: "pair" },
      chats.map((chat) => h("div", {}, chat.elements())),
    ),
  ];
}
