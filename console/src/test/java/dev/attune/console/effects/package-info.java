@NullMarked
package dev.attune.console.effects;

import org.jspecify.annotations.NullMarked;
