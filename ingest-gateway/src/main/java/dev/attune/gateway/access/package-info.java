/** Who may send: keys, origins, security headers. Start at Doorkeeper. */
@NullMarked
package dev.attune.gateway.access;

import org.jspecify.annotations.NullMarked;
