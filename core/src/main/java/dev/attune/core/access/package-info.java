/** Who may call: API keys by hash, role and origin. Start at LiveKeys. */
@NullMarked
package dev.attune.core.access;

import org.jspecify.annotations.NullMarked;
