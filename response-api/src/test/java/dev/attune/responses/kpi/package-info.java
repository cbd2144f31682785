@NullMarked
package dev.attune.responses.kpi;

import org.jspecify.annotations.NullMarked;
