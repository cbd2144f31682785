/** Reports of an experiment in each state that it can be in, as response-api tells them. */

export const ENTRY = {
  name: "personalized-greeting",
  description: "replies about what the customer came for, against the same friendly words for all",
  active: true,
  variants: ["control", "treatment"],
  metrics: [
    {
      name: "handling-time",
      role: "goal",
      kind: "sum",
      windowSeconds: 86_400,
      unit: "seconds",
      description: "seconds that people spent answering the customer",
    },
    { name: "handed-off", role: "other", kind: "any", windowSeconds: 86_400, unit: "share" },
    { name: "csat", role: "guardrail", kind: "mean", windowSeconds: 86_400, unit: "number" },
  ],
  bandit: false,
  plan: { minUsers: 200, minDays: 7, plannedUsers: 10_000, alpha: 0.05, power: 0.8 },
  status: "COLLECTING",
};

const arms = (control, treatment, finished = 0) => {
  const expected = (control + treatment) / 2;
  return [
    { variant: "control", exposed: control, expected, finished, weight: 0.5, eventLoss: 0 },
    { variant: "treatment", exposed: treatment, expected, finished, weight: 0.5, eventLoss: 0.01 },
  ];
};

const values = (users, control, treatment) => [
  { variant: "control", users, value: control, adjusted: true },
  { variant: "treatment", users, value: treatment, adjusted: true },
];

const waiting = (metric, role, higherIsBetter) => ({
  metric,
  role,
  higherIsBetter,
  values: values(0, null, null),
  comparisons: [],
  notCompared: "WINDOWS_OPEN",
});

const compared = (metric, role, higherIsBetter, [control, treatment], [low, high], more = {}) => ({
  metric,
  role,
  higherIsBetter,
  values: values(2000, control, treatment),
  comparisons: [
    {
      variant: "treatment",
      difference: treatment - control,
      interval: { low, high },
      lift: (treatment - control) / control,
      liftInterval: { low: low / control, high: high / control },
      p: low > 0 || high < 0 ? 0.001 : 0.4,
      detectable: 90,
      daysToGo: null,
      oneLook: { interval: { low, high }, p: 0.2 },
      says: "`treatment`: said in sentences.",
      ...more,
    },
  ],
  notCompared: null,
});

const report = (status, runningDays, theArms, metrics, sampleRatioP = 0.6) => ({
  experiment: "personalized-greeting",
  status,
  says: "",
  sampleRatioP,
  runningDays,
  arms: theArms,
  metrics,
});

const open = [
  waiting("handling-time", "GOAL", false),
  waiting("handed-off", "OTHER", false),
  waiting("csat", "GUARDRAIL", true),
];

const measured = (goal) => [
  goal,
  compared("handed-off", "OTHER", false, [0.42, 0.31], [-0.15, -0.07], { detectable: 0.03 }),
  compared("csat", "GUARDRAIL", true, [3.9, 4.0], [-0.1, 0.3], { detectable: 0.2 }),
];

const BETTER = compared("handling-time", "GOAL", false, [600, 480], [-180, -60]);

export const REPORTS = {
  nobody: report("COLLECTING", 0, arms(0, 0), open),
  open: report("COLLECTING", 2 / 24, arms(310, 295), open),
  winner: report("WINNER", 9, arms(2010, 1990, 1900), measured(BETTER)),
  undecided: report(
    "UNDECIDED",
    9,
    arms(2010, 1990, 1900),
    measured(compared("handling-time", "GOAL", false, [600, 580], [-70, 30], { daysToGo: 2.7 })),
  ),
  loser: report(
    "LOSER",
    9,
    arms(2010, 1990, 1900),
    measured(compared("handling-time", "GOAL", false, [600, 700], [40, 160])),
  ),
  mismatch: report("SAMPLE_RATIO_MISMATCH", 9, arms(2500, 1500, 1500), measured(BETTER), 1e-9),
};

const FILE = { active: true, weights: { control: 0.5, treatment: 0.5 } };

/** Whether it runs, and what was changed by hand. */
export const STATES = {
  asFile: { name: ENTRY.name, ...FILE, file: FILE, changes: [] },
  weighed: {
    name: ENTRY.name,
    active: true,
    weights: { control: 0.1, treatment: 0.9 },
    file: FILE,
    changes: [
      {
        aspect: "weights",
        weights: { control: 0.1, treatment: 0.9 },
        at: "2026-03-01T09:30:00Z",
        by: "user:ed",
        via: "key:console",
        reason: "it helps, more of it",
        applied: true,
      },
    ],
  },
  stopped: {
    name: ENTRY.name,
    active: false,
    weights: FILE.weights,
    file: FILE,
    changes: [
      {
        aspect: "state",
        active: false,
        at: "2026-03-01T10:00:00Z",
        by: "key:crm",
        reason: "customers complain about the greeting",
        applied: true,
      },
      {
        aspect: "weights",
        weights: { control: 0.1, gone: 0.9 },
        at: "2026-03-01T09:30:00Z",
        by: "user:ed",
        via: "key:console",
        reason: "it helps, more of it",
        applied: false,
      },
    ],
  },
  bandit: { name: ENTRY.name, ...FILE, file: FILE, changes: [], weightsOwner: "a bandit sets the weights" },
};

/** Ten days of a goal, in seconds, whose interval leaves zero behind. */
export const EFFECTS = {
  metric: "handling-time",
  times: [...Array(10).keys()].map((day) => 1_772_000_000 + day * 86_400),
  arms: {
    treatment: {
      difference: [-40, -90, -150, -130, -120, -118, -121, -120, -119, -120],
      low: [-400, -330, -290, -250, -220, -205, -198, -192, -186, -180],
      high: [320, 150, 30, 2, -20, -35, -44, -50, -55, -60],
    },
  },
};

const few = (metric, role, higherIsBetter) => ({
  ...waiting(metric, role, higherIsBetter),
  values: values(40, 500, 510),
  notCompared: "TOO_FEW_USERS",
});

const part = (value, goal, alike = compared("csat", "GUARDRAIL", true, [3.9, 3.9], [-0.2, 0.2])) => ({
  value,
  metrics: [goal, compared("handed-off", "OTHER", false, [0.4, 0.3], [-0.2, 0.02]), alike],
});

/** By channel and segment: it helps where people write, not where they call. */
export const BREAKDOWNS = {
  channel: {
    experiment: "personalized-greeting",
    dimension: "channel",
    parts: [
      { ...part("voice", few("handling-time", "GOAL", false)) },
      part("web", BETTER),
      part("", compared("handling-time", "GOAL", false, [600, 590], [-90, 70])),
    ],
  },
  segment: {
    experiment: "personalized-greeting",
    dimension: "segment",
    parts: [
      part("", compared("handling-time", "GOAL", false, [300, 320], [-60, 100])),
      part(
        "needs_help",
        compared("handling-time", "GOAL", false, [900, 600], [-400, -200]),
        compared("csat", "GUARDRAIL", true, [3.9, 3.2], [-1, -0.4]),
      ),
    ],
  },
};
