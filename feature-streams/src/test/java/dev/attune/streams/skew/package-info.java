/** The check of a sample of users. */
@NullMarked
package dev.attune.streams.skew;

import org.jspecify.annotations.NullMarked;
