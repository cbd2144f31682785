package dev.attune.local.client;

import java.util.List;
import java.util.Map;

/**
 * What the gateway says to a batch.
 *
 * @param tokens per user the position of its last accepted event
 */
public record IngestAnswer(int accepted, List<Rejection> rejected, Map<String, String> tokens) {
  /** An event that was refused, with the contract's code. */
  public record Rejection(int index, String code, String field, String detail) {}
}
