@NullMarked
package dev.attune.training.labels;

import org.jspecify.annotations.NullMarked;
