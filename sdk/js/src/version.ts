/** Told in each event's context, so that faults of a release are found among others. */
export const SDK = "js/0.1.0";
