@NullMarked
package dev.attune.gateway.tracking;

import org.jspecify.annotations.NullMarked;
