package dev.attune.core.segment;

import dev.attune.core.expression.Expression;

/**
 * A user enters when {@code enter} holds and leaves when {@code leave} does; in between membership
 * stays as it is. Where both hold, the user is out.
 */
public record Segment(String name, Expression enter, Expression leave) {}
