@NullMarked
package dev.attune.chaos.load;

import org.jspecify.annotations.NullMarked;
