/** What response-api asks a person about. */

const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();

const question = (i, text, ...likeliest) => ({
  eventId: `e-${i}`,
  userId: `customer-${i}`,
  text,
  occurredAt: at(7 * i),
  modelVersion: "2026-11-29.1",
  likeliest: likeliest.map(([label, probability]) => ({ label, probability })),
});

export const QUESTIONS = {
  questions: [
    question(1, "my parcel and my password", ["account", 0.4], ["shipping", 0.38], ["payment", 0.12]),
    question(2, "you took the money twice and nothing came", ["payment", 0.36], ["order_status", 0.33], ["refund", 0.25]),
    question(3, "is this the one that fits?\nthe other one did not", ["product_question", 0.44], ["refund", 0.39]),
    question(4, "a".repeat(300), ["shipping", 0.5], ["order_status", 0.4]),
  ],
  labels: ["order_status", "refund", "shipping", "product_question", "account", "payment"],
  learns: true,
  predictions: 1_840,
  labelled: 12,
  complete: true,
};
