/** How a connection keeps the order, the bounds and the end of its requests. */
@NullMarked
package dev.attune.http;

import org.jspecify.annotations.NullMarked;
