/**
 * The local stack: all parts of Attune as background processes of one machine. Start reading at
 * {@link dev.attune.local.stack.LocalStack}.
 */
@NullMarked
package dev.attune.local.stack;

import org.jspecify.annotations.NullMarked;
