/** Which of an origin's tabs leads. */
export interface Election {
  /** Whether it isn't known yet if this tab leads or another one. */
  open(): boolean;
  /** Gives up the lead or the wait for it. */
  resign(): void;
}

/**
 * Runs `lead` in one tab of the origin at a time and passes the lead on when that tab closes (Web
 * Locks). Where the browser has no locks, or denies them, every tab leads: the pipeline counts an
 * event id once.
 *
 * @param name undefined: what is led is this tab's own
 */
export function electLeader(name: string | undefined, lead: (stopped: Promise<void>) => void): Election {
  let stop = (): void => {};
  let open = false;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const waiting = new AbortController();
  const granted = (): Promise<void> => {
    lead(stopped);
    return stopped;
  };
  const locks = globalThis.navigator?.locks;
  if (name === undefined || !locks) {
    lead(stopped);
  } else {
    open = true;
    locks.request(name, { signal: waiting.signal }, granted).catch(() => waiting.signal.aborted || lead(stopped));
    // answered in turn: by then the lock is granted, or another tab has it
    const decided = (): void => void (open = false);
    locks.query().then(decided, decided);
  }
  return {
    open: () => open,
    resign() {
      waiting.abort();
      stop();
    },
  };
}
