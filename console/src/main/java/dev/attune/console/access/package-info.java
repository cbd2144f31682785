/**
 * Who may look, who may change something, and that only the console's own pages ask. Start at
 * AccessConfiguration; SignIns takes people in, SignedSessions knows them from then on.
 */
@NullMarked
package dev.attune.console.access;

import org.jspecify.annotations.NullMarked;
