@NullMarked
package dev.attune.chaos.scenario;

import org.jspecify.annotations.NullMarked;
