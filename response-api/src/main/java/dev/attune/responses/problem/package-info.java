/** What is answered when a request can't be served: problem details with a stable code. */
@NullMarked
package dev.attune.responses.problem;

import org.jspecify.annotations.NullMarked;
