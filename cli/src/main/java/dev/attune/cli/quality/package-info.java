/** How well events are filled, told to people. */
@NullMarked
package dev.attune.cli.quality;

import org.jspecify.annotations.NullMarked;
