/** What the pages may ask of the services, and how it gets there. */
@NullMarked
package dev.attune.console.forward;

import org.jspecify.annotations.NullMarked;
