/**
 * Historical logs to events, as an {@code import.yaml} declares. Start at {@link
 * dev.attune.training.importing.Importer}.
 */
@NullMarked
package dev.attune.training.importing;

import org.jspecify.annotations.NullMarked;
