import { uuidv7 } from "./ids";
import { quietly } from "./quietly";
import type { AttuneOptions } from "./types";

/** What a request says of its trace. */
export interface TraceHeader {
  readonly traceparent?: string;
}

/** W3C trace context: a batch of events begins a trace, and the reply that follows continues it. */
export interface Traces {
  batch(): TraceHeader;
  reply(): TraceHeader;
}

export function createTraces(option: AttuneOptions["trace"]): Traces {
  let open: string | undefined;
  const make = (): TraceHeader => {
    let traceparent: string | undefined;
    if (typeof option === "function") quietly(() => (traceparent = option()));
    else if (option !== undefined) traceparent = `00-${hex()}-${hex().slice(16)}-0${+(Math.random() < option)}`;
    return traceparent ? { traceparent } : {};
  };
  return {
    batch() {
      const made = make();
      open = typeof option === "number" ? made.traceparent : undefined;
      return made;
    },
    reply() {
      const batch = open;
      open = undefined;
      return batch ? { traceparent: batch.slice(0, 36) + hex().slice(16) + batch.slice(52) } : make();
    },
  };
}

/** 32 digits, of which the last 16 are an id as well: never zero. */
function hex(): string {
  return uuidv7().replace(/-/g, "");
}
