/** Masks: personal data in texts becomes its kind in brackets. Start at Masking. */
@NullMarked
package dev.attune.core.privacy;

import org.jspecify.annotations.NullMarked;
