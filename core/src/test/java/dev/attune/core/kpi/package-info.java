@NullMarked
package dev.attune.core.kpi;

import org.jspecify.annotations.NullMarked;
