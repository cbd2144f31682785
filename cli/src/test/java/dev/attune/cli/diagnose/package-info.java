@NullMarked
package dev.attune.cli.diagnose;

import org.jspecify.annotations.NullMarked;
