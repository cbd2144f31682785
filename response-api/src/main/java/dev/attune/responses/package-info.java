/**
 * The response API: asked by a chatbot what to say, it always answers. Start reading at {@link
 * dev.attune.responses.reply.ReplyService}.
 */
@NullMarked
package dev.attune.responses;

import org.jspecify.annotations.NullMarked;
