/**
 * Who may score and administer models. Start at {@link dev.attune.inference.access.SecretKeyCheck};
 * both edges ask it.
 */
@NullMarked
package dev.attune.inference.access;

import org.jspecify.annotations.NullMarked;
