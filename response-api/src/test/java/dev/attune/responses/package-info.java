/** Tests against real parts. */
@NullMarked
package dev.attune.responses;

import org.jspecify.annotations.NullMarked;
