/**
 * Who may look, who may change something, and that only the console's own pages ask. Start at
 * AccessConfiguration; SignIns takes people in who have a password here, OidcLogin those whom an
 * OpenID provider names, and SignedSessions knows both from then on.
 */
@NullMarked
package dev.attune.console.access;

import org.jspecify.annotations.NullMarked;
