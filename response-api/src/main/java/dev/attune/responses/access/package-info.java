/** Who may read whose replies: keys, user signatures, browsers' origins. */
@NullMarked
package dev.attune.responses.access;

import org.jspecify.annotations.NullMarked;
