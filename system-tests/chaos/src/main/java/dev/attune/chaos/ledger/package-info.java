/**
 * What clients were told, what the topics hold, and the comparison of both, without a clock or a
 * connection. Start at LedgerCheck.
 */
@NullMarked
package dev.attune.chaos.ledger;

import org.jspecify.annotations.NullMarked;
