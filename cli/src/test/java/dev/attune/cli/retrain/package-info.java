@NullMarked
package dev.attune.cli.retrain;

import org.jspecify.annotations.NullMarked;
