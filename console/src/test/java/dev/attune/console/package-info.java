@NullMarked
package dev.attune.console;

import org.jspecify.annotations.NullMarked;
