@NullMarked
package dev.attune.cli.quality;

import org.jspecify.annotations.NullMarked;
