@NullMarked
package dev.attune.core.yaml;

import org.jspecify.annotations.NullMarked;
