@NullMarked
package dev.attune.chaos.cli;

import org.jspecify.annotations.NullMarked;
