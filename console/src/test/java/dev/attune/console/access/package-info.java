@NullMarked
package dev.attune.console.access;

import org.jspecify.annotations.NullMarked;
