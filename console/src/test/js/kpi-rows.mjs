/** A row of a KPI report. */
export const row = (
  value,
  { handling = 35, median = 120, assisted = 0.4, satisfied = 0.8, conversations = 10 } = {},
) => ({
  value,
  visits: conversations + 2,
  engagement: {
    conversations,
    messagesPerConversation: 3.2,
    quickReplyShare: 0.3,
    assistedShare: assisted,
    agentRepliesPerConversation: 1,
  },
  handling: { totalSeconds: 350, secondsPerConversation: handling, secondsPerAssisted: 87.5 },
  csat: { ratings: 5, mean: 4.1, satisfiedShare: satisfied },
  resolution: {
    opened: 9,
    resolved: 8,
    open: 1,
    medianSeconds: median,
    p90Seconds: median == null ? null : median * 4,
    openByAge: {},
  },
});
