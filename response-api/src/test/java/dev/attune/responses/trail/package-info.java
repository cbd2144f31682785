@NullMarked
package dev.attune.responses.trail;

import org.jspecify.annotations.NullMarked;
