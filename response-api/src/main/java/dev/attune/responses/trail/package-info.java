/** Tells who did what: reads the topic audit back. Start at AuditController. */
@NullMarked
package dev.attune.responses.trail;

import org.jspecify.annotations.NullMarked;
