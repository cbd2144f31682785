/**
 * Erasing a user: the request, the receipt and the list that keeps erased users' older records out.
 * Start at {@link dev.attune.responses.erasure.ErasureController}.
 */
@NullMarked
package dev.attune.responses.erasure;

import org.jspecify.annotations.NullMarked;
