/** The host page must never see an exception of ours. */
export function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // nothing that the page could do about it
  }
}
