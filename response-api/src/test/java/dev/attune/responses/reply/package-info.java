/** Tests of replies. */
@NullMarked
package dev.attune.responses.reply;

import org.jspecify.annotations.NullMarked;
