/**
 * Topics that are kept in memory whole. Start at {@link
 * dev.attune.responses.topic.WholeTopicFollower}.
 */
@NullMarked
package dev.attune.responses.topic;

import org.jspecify.annotations.NullMarked;
