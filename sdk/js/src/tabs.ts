/**
 * Runs `lead` in one tab of the origin at a time and passes the lead on when that tab closes (Web
 * Locks). Where the browser has no locks every tab leads: the pipeline counts an event id once.
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
  locks
    .request(name, { signal: waiting.signal }, () => {
      lead(stopped);
      return stopped;
    })
    .catch(() => {});
  return () => {
    waiting.abort();
    stop();
  };
}
