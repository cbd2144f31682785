package dev.attune.core.reply;

import org.jspecify.annotations.Nullable;

/**
 * A hint that a person should take over.
 *
 * @param to which team, in the words of the chat system
 * @param note for the person, never shown to the user
 */
public record Handoff(String to, @Nullable String note) {}
