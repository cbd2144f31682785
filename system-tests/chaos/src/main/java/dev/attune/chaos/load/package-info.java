/**
 * Steady load on a stack: senders that repeat the same ids until they are answered, and chat
 * clients that ask for replies. Start at Load.
 */
@NullMarked
package dev.attune.chaos.load;

import org.jspecify.annotations.NullMarked;
