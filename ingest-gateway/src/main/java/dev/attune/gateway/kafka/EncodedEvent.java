package dev.attune.gateway.kafka;

/** One event on its way to its topic. */
public record EncodedEvent(String userId, byte[] value, long receivedAt) {}
