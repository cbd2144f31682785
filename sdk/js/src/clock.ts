/** Milliseconds of a clock that nobody sets; only differences mean something. */
export const passedMs = (): number => performance.now();
