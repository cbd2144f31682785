/** Who may send: keys and origins. Start at Authenticator. */
@NullMarked
package dev.attune.gateway.access;

import org.jspecify.annotations.NullMarked;
