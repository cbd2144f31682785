@NullMarked
package dev.attune.gateway.events;

import org.jspecify.annotations.NullMarked;
