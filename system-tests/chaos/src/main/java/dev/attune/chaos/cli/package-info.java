/** {@code ./attune chaos}: runs scenarios, prints checks, writes JSON. Start at ChaosCommand. */
@NullMarked
package dev.attune.chaos.cli;

import org.jspecify.annotations.NullMarked;
