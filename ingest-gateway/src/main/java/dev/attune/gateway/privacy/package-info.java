/** What is taken out of texts before anything is stored. Start at EventMasking. */
@NullMarked
package dev.attune.gateway.privacy;

import org.jspecify.annotations.NullMarked;
