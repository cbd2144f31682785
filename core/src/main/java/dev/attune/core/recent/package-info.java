/**
 * Who was active of late, and what was said to them: a bounded list for people who look for a user
 * or a conversation. Start reading at {@link dev.attune.core.recent.RecentUsers}.
 */
@NullMarked
package dev.attune.core.recent;

import org.jspecify.annotations.NullMarked;
