/** Tests of drift monitoring. */
@NullMarked
package dev.attune.inference.drift;

import org.jspecify.annotations.NullMarked;
