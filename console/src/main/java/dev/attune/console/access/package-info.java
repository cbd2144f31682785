/** Who may look, who may change something, and that only the console's own pages ask. */
@NullMarked
package dev.attune.console.access;

import org.jspecify.annotations.NullMarked;
