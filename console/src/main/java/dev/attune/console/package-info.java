/**
 * The web console: pages for a browser, and a door to the services behind which their secret key
 * stays. Start reading at {@link dev.attune.console.forward.Route}; the pages are under {@code
 * resources/static}.
 */
@NullMarked
package dev.attune.console;

import org.jspecify.annotations.NullMarked;
