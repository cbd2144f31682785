/** Tests of access. */
@NullMarked
package dev.attune.gateway.access;

import org.jspecify.annotations.NullMarked;
