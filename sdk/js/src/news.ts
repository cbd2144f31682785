import { quietly } from "./quietly";
import type { Pause } from "./sender";

/** What the tabs of an origin tell each other. */
export interface Message {
  /** An event waits. */
  readonly queued?: true;
  /** Send what waits now. */
  readonly flush?: true;
  /** What waited was sent, or a try failed and there is a pause. */
  readonly drained?: Pause;
  readonly prediction?: Prediction;
  /** Who knows the prediction of this user? */
  readonly ask?: string;
}

/** A prediction as the stream told it. */
export interface Prediction {
  readonly user: string;
  readonly id: string;
  readonly data: string;
}

export interface News {
  /** false where the browser lets no tab hear another. */
  readonly shared: boolean;
  tell(message: Message): void;
  /** Returns the way to stop listening. */
  listen(listener: (message: Message) => void): () => void;
  close(): void;
}

/**
 * @param name undefined: this one neither tells nor hears anything
 */
export function openNews(name: string | undefined): News {
  let channel: BroadcastChannel | undefined;
  if (name !== undefined) quietly(() => (channel = new BroadcastChannel(name)));
  return {
    shared: channel !== undefined,
    tell: (message) => quietly(() => channel?.postMessage(message)),
    listen(listener) {
      const receive = (event: MessageEvent): void => quietly(() => listener(event.data as Message));
      channel?.addEventListener("message", receive);
      return () => channel?.removeEventListener("message", receive);
    },
    close: () => channel?.close(),
  };
}
