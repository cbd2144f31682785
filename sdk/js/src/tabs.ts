/**
 * Runs `lead` in one tab of the origin at a time and passes the lead on when that tab closes (Web
 * Locks). Where the browser has no locks, or denies them, every tab leads: the pipeline counts an
 * event id once. Returns the way to give up the lead or the wait for it.
 */
export function electLeader(name: string, lead: (stopped: Promise<void>) => void): () => void {
  let stop = (): void => {};
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const locks = globalThis.navigator?.locks;
  if (!locks) {
    lead(stopped);
    return stop;
  }
  const waiting = new AbortController();
  const granted = (): Promise<void> => {
    lead(stopped);
    return stopped;
  };
  locks.request(name, { signal: waiting.signal }, granted).catch(() => {
    if (!waiting.signal.aborted) lead(stopped);
  });
  return () => {
    waiting.abort();
    stop();
  };
}
