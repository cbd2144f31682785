/**
 * What one event does to one user: features, sessions, segments, duplicates, lateness, in one state
 * row. Start at {@link dev.attune.core.user.UserEngine}.
 */
@org.jspecify.annotations.NullMarked
package dev.attune.core.user;
