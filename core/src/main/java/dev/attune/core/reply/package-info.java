/**
 * What the chatbot says: slots, rules and templates of a playbook, and the decision between them.
 * Start reading at {@link dev.attune.core.reply.ReplyEngine}.
 */
@NullMarked
package dev.attune.core.reply;

import org.jspecify.annotations.NullMarked;
