/** Who may send: keys and origins. Start at Doorkeeper. */
@NullMarked
package dev.attune.gateway.access;

import org.jspecify.annotations.NullMarked;
