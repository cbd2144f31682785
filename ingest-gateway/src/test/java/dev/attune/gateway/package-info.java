/** Tests of the gateway as a whole. */
@NullMarked
package dev.attune.gateway;

import org.jspecify.annotations.NullMarked;
