/**
 * Clients of the public API: events in, replies and predictions out. Start reading at {@link
 * dev.attune.local.client.GatewayClient}.
 */
@NullMarked
package dev.attune.local.client;

import org.jspecify.annotations.NullMarked;
