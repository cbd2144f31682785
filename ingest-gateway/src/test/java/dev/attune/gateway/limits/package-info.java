/** Tests of limits. */
@NullMarked
package dev.attune.gateway.limits;

import org.jspecify.annotations.NullMarked;
