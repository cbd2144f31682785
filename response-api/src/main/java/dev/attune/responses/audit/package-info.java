/** Who read or erased users, and who signed in at the console. Start at Audit. */
@NullMarked
package dev.attune.responses.audit;

import org.jspecify.annotations.NullMarked;
