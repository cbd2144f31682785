@NullMarked
package dev.attune.chaos.ledger;

import org.jspecify.annotations.NullMarked;
