/**
 * Trying a playbook without a stack: who asks comes from a file, what is said from core. Start
 * reading at {@link dev.attune.cli.playbook.RecordedReply}.
 */
@NullMarked
package dev.attune.cli.playbook;

import org.jspecify.annotations.NullMarked;
