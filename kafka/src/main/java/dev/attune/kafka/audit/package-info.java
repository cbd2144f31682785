/** The record of who did what, in the topic audit, and what becomes of keys. Start at AuditLog. */
@NullMarked
package dev.attune.kafka.audit;

import org.jspecify.annotations.NullMarked;
