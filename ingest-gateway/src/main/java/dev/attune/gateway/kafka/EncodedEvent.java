package dev.attune.gateway.kafka;

/** One event as its topic holds it. */
public record EncodedEvent(String userId, byte[] value, long receivedAt) {}
