import { openLive, type LiveOptions } from "./live";
import type { News, Prediction } from "./news";
import { quietly } from "./quietly";
import { electLeader } from "./tabs";
import type { UserView } from "./types";

export interface PredictionsOptions extends Pick<LiveOptions, "requests" | "headers" | "onRefused" | "firstMs" | "maxMs"> {
  readonly name: string;
  readonly news: News;
  readonly url: (userId: string) => string;
  readonly userId: () => string;
}

export interface Predictions {
  /** Calls back with the known prediction and with every change; returns the way to stop. */
  on(listener: (user: UserView) => void): () => void;
  /** The user is another one now. */
  identified(): void;
  stop(): void;
}

/**
 * One stream a user for all tabs that listen: they compete for a lock, its holder reads the stream
 * and tells the others; when it closes, the next one resumes after the last message it heard.
 */
export function createPredictions(options: PredictionsOptions): Predictions {
  const { news } = options;
  const listeners = new Set<(user: UserView) => void>();
  let newest: Prediction | undefined;
  let release: (() => void) | undefined;

  const known = (user: string): Prediction | undefined => (newest?.user === user ? newest : undefined);

  function take(prediction: Prediction): void {
    const user = options.userId();
    if (prediction.user !== user || known(user)?.id === prediction.id) return;
    newest = prediction;
    listeners.forEach((listener) => call(listener, prediction));
  }

  function follow(): void {
    if (release || listeners.size === 0) return;
    const user = options.userId();
    const lead = (stopped: Promise<void>): void => {
      const close = openLive({
        ...options,
        url: options.url(user),
        lastId: known(user)?.id ?? "",
        onMessage(data, id) {
          const prediction = { user, id, data };
          news.tell({ prediction });
          take(prediction);
        },
      });
      void stopped.then(close);
    };
    release = electLeader(news.shared ? `${options.name}:live:${user}` : undefined, lead).resign;
    if (!known(user)) news.tell({ ask: user });
  }

  function unfollow(): void {
    release?.();
    release = undefined;
  }

  news.listen(({ prediction, ask }) => {
    if (prediction) take(prediction);
    const answer = ask === undefined ? undefined : known(ask);
    // those who know it already pass over it
    if (answer) news.tell({ prediction: answer });
  });

  return {
    on(listener) {
      const own = (user: UserView): void => listener(user);
      listeners.add(own);
      follow();
      const before = known(options.userId());
      if (before) queueMicrotask(() => listeners.has(own) && call(own, before));
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) unfollow();
      };
    },
    identified() {
      unfollow();
      follow();
    },
    stop: unfollow,
  };
}

function call(listener: (user: UserView) => void, prediction: Prediction): void {
  quietly(() => listener(JSON.parse(prediction.data)));
}
