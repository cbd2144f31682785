@NullMarked
package dev.attune.console.overview;

import org.jspecify.annotations.NullMarked;
