/**
 * One path answered on Netty's own threads, in front of Spring, which answers all others. Start at
 * Endpoint.
 */
@NullMarked
package dev.attune.http;

import org.jspecify.annotations.NullMarked;
