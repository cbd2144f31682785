package dev.attune.core.reply;

/** A button below a reply: what it shows, and the value that comes back when it is pressed. */
public record QuickReply(String label, String value) {}
