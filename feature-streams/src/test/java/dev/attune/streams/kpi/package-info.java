@NullMarked
package dev.attune.streams.kpi;

import org.jspecify.annotations.NullMarked;
