/**
 * A chat with the bot as a customer of one's own invention, or as two side by side. Events and
 * replies are real: they are counted like anybody's.
 */

import { id } from "../api.js";
import { button, h, link, trouble } from "../dom.js";
import { title } from "../units.js";
import { invented, inventedFor, running } from "./arms.js";
import { Chat, LOCALES, sayForm } from "./chat.js";

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

/** What was chosen last, by place: an experiment's arm as an option's value, or "" for chance. */
const chosen = ["", ""];

const address = (...customers) => `#/playground/${customers.map(id).join("/")}`;

/**
 * @param asked the customer, or none: one is invented
 * @param beside a second one
 */
export async function playground(root, signal, asked, beside) {
  const experiments = await running(signal);
  if (signal.aborted) return;
  const customer = asked ?? invented();
  if (!asked) history.replaceState(null, "", address(customer));
  const chats = [customer, ...(beside ? [beside] : [])].map((name) => new Chat(name, experiments));
  const door = beside
    ? link(address(customer), "One customer")
    : link(address(customer, invented()), "Two customers side by side");
  root.append(
    ...newCustomers(experiments, beside ? ["Arm, left", "Arm, right"] : ["Arm"], door, signal),
    ...(beside ? pair(chats) : alone(chats[0])),
  );
  chats.forEach((chat) => chat.follow(signal));
}

/**
 * Invents customers and goes to them.
 *
 * @param labels one a customer, for the choice of the arm
 * @param door to the other number of customers
 */
function newCustomers(experiments, labels, door, signal) {
  const arms = experiments.flatMap((one) => one.variants.map((variant) => ({ experiment: one.name, variant })));
  const selects = labels.map((_, i) => armSelect(arms, i));
  const invent = (select) => (select.value ? inventedFor(arms[select.selectedIndex - 1], LOCALES[0], signal) : invented());
  const failed = h("div");
  const submit = h("button", { class: "quiet" }, labels.length > 1 ? "Two new customers" : "New customer");
  const go = async () => {
    submit.disabled = true;
    failed.replaceChildren();
    try {
      const customers = await Promise.all(selects.map(invent));
      if (!signal.aborted) location.hash = address(...customers);
    } catch (error) {
      failed.replaceChildren(trouble(error, null));
    }
    submit.disabled = false;
  };
  door.className = "button quiet";
  const form = h(
    "form",
    {
      class: "edit",
      onsubmit: (event) => {
        event.preventDefault();
        go();
      },
    },
    arms.length > 0 && labels.map((label, i) => h("label", {}, label, selects[i])),
    submit,
  );
  return [
    h("div", { class: "doors" }, form, door),
    arms.length > 0 &&
      h(
        "p",
        { class: "dim edit how" },
        "An arm is a hash of the customer’s id. Customers are invented until one falls into it: nobody is put into an arm, so the experiment stays true.",
      ),
    failed,
  ].filter(Boolean);
}

function armSelect(arms, i) {
  const values = arms.map(({ experiment, variant }) => `${title(experiment)}: ${variant}`);
  return h(
    "select",
    { onchange: (event) => (chosen[i] = event.target.value) },
    h("option", { value: "" }, "as chance decides"),
    values.map((value) => h("option", { value, selected: value === chosen[i] }, value)),
  );
}

function alone(chat) {
  chat.start(
    h("p", {}, "Nothing has been said yet. Write as the customer below, or see an example: two pages, a click, and a message that says little."),
    button("About an order", () => chat.play(ORDER), ""),
    " ",
    button("About a refund", () => chat.play(REFUND), ""),
  );
  return [h("div", { class: "split" }, chat.elements())];
}

function pair(chats) {
  const [one, other] = chats;
  const play = () => Promise.all([one.play(ORDER), other.play(REFUND)]);
  one.start(
    h("p", {}, "Two customers, the same words: this one looks at an order first, the other one at a refund."),
    button("Play it", play, ""),
  );
  return [
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
