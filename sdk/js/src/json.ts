/** What a JSON text says; nothing for null, no text, and text that somebody else wrote and is no JSON. */
export function parsed<T>(text: string | null | undefined): T | undefined {
  try {
    return JSON.parse(text ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}
