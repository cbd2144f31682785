package dev.attune.gateway.access;

/**
 * Who was let in.
 *
 * @param name of the key, or {@code oidc:} and the token's subject: what rates and dead letters
 *     know the caller by
 */
public record Caller(String name) {}
