/**
 * Reads a playbook, the folder that describes one chatbot, and checks it whole. Start at {@link
 * dev.attune.core.playbook.Playbook#load}.
 */
@org.jspecify.annotations.NullMarked
package dev.attune.core.playbook;
