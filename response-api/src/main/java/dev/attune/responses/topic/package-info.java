/**
 * Topics that are kept in memory whole, and records that people ask for. Start at {@link
 * dev.attune.responses.topic.WholeTopicFollower}.
 */
@NullMarked
package dev.attune.responses.topic;

import org.jspecify.annotations.NullMarked;
