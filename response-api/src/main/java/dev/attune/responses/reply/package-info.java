/**
 * {@code POST /v1/responses}. Start reading at {@link dev.attune.responses.reply.ReplyService}; the
 * deciding itself is in the core.
 */
@NullMarked
package dev.attune.responses.reply;

import org.jspecify.annotations.NullMarked;
