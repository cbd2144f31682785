/**
 * The record of who did what and of what became of model versions, in the topics audit and
 * model-steps, and what becomes of keys. Start at AuditLog.
 */
@NullMarked
package dev.attune.kafka.audit;

import org.jspecify.annotations.NullMarked;
