/** The least that a web service could do, to be compared with. Start at EmptyServer. */
@NullMarked
package dev.attune.bench.empty;

import org.jspecify.annotations.NullMarked;
