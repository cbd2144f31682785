/**
 * Lists who was active of late, with their conversations, for the console. Start reading at {@link
 * dev.attune.streams.recent.RecentUsersBranch}.
 */
@NullMarked
package dev.attune.streams.recent;

import org.jspecify.annotations.NullMarked;
