/** How much is taken in at once. Start at Admission. */
@NullMarked
package dev.attune.gateway.limits;

import org.jspecify.annotations.NullMarked;
