/**
 * Asks people what messages were about of which the model was unsure, and keeps what they say for
 * training. Start reading at {@link dev.attune.responses.label.LabelController}.
 */
@NullMarked
package dev.attune.responses.label;

import org.jspecify.annotations.NullMarked;
