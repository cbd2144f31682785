package dev.attune.sdk;

/** Why an event was given up. */
public enum DropReason {
  /** The queue was full; the oldest went. */
  QUEUE_FULL,
  /** Larger than the gateway's limit of 32 KiB. */
  TOO_LARGE,
  /** The gateway said that it can never be accepted. */
  REFUSED
}
