// The README's samples as TypeScript. Nothing runs: the compiler checks them.
import { createAttune, type Prediction } from "../src/index";

const attune = createAttune({ endpoint: "http://127.0.0.1:7070", writeKey: "local-write" });

attune.onPrediction(({ prediction }) => console.log(prediction?.label));
attune.onPrediction((user) => {
  const prediction: Prediction | null = user.prediction;
  const refund: number | undefined = prediction?.probabilities.refund;
  console.log(user.segments.includes("frustrated"), refund, user.arms.welcome);
});
attune.respond("reply", { waitMs: 200 }).then((reply) => {
  const label: string | undefined = reply?.intent?.label;
  const team: string | undefined = reply?.handoff?.to;
  console.log(reply?.text, label, team);
});
attune.respond("reply", { timezone: "Europe/Madrid", format: "html" });
attune.respond("reply", { timezone: null });

const token = "7";
createAttune({
  endpoint: "/attune",
  userId: "u-1",
  headers: { "X-CSRF-Token": token },
  credentials: "same-origin",
  onError: ({ request, status, detail }) => console.warn(request, status, detail),
});
createAttune({ endpoint: "/attune", storage: "memory", locale: () => navigator.language, headers: async () => ({ "X-CSRF-Token": token }) });
