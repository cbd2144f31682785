/** How much is taken in at once. Start at RateLimiter. */
@NullMarked
package dev.attune.gateway.limits;

import org.jspecify.annotations.NullMarked;
