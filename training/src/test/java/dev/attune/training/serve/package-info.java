@NullMarked
package dev.attune.training.serve;

import org.jspecify.annotations.NullMarked;
