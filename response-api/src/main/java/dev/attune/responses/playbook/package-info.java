/**
 * The playbook that is in force, and its replacement while the service runs: {@link
 * dev.attune.responses.playbook.LivePlaybook}.
 */
@NullMarked
package dev.attune.responses.playbook;

import org.jspecify.annotations.NullMarked;
