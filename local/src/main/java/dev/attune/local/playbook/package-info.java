/**
 * Trying a playbook without a stack: who asks comes from a file, what is said from core. Start
 * reading at {@link dev.attune.local.playbook.RecordedReply}.
 */
@NullMarked
package dev.attune.local.playbook;

import org.jspecify.annotations.NullMarked;
