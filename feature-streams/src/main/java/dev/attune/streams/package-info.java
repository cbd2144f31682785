/**
 * feature-streams: events in; features, segments, sessions and scoring requests out. Start at
 * {@link dev.attune.streams.topology.AttuneTopology}, then {@link
 * dev.attune.streams.runtime.StreamsRunner}.
 */
@NullMarked
package dev.attune.streams;

import org.jspecify.annotations.NullMarked;
