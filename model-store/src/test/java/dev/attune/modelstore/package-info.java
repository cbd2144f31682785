@NullMarked
package dev.attune.modelstore;

import org.jspecify.annotations.NullMarked;
