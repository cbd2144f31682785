package dev.attune.core.reply;

/**
 * A rule of a slot as it is written.
 *
 * @param when its condition
 * @param text what it says in the default locale; of several wordings the first
 */
public record WrittenRule(String name, String when, String text) {}
