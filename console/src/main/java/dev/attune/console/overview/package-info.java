/**
 * Is it healthy, is it helping? Looks at the services' metrics on the pages' behalf, tells them
 * what is new, and keeps a day of it. Start reading at {@link dev.attune.console.overview.Watch}.
 */
@NullMarked
package dev.attune.console.overview;

import org.jspecify.annotations.NullMarked;
