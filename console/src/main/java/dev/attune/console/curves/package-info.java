/**
 * What the console asks services for at an interval, and keeps over time: curves that are thinned
 * as they get long, and survive a restart in a file. Start reading at {@link
 * dev.attune.console.curves.Curves}.
 */
@NullMarked
package dev.attune.console.curves;

import org.jspecify.annotations.NullMarked;
