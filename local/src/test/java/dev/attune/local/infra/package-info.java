/** Tests of the servers as processes; start at {@code InfraIT}. */
@NullMarked
package dev.attune.local.infra;

import org.jspecify.annotations.NullMarked;
