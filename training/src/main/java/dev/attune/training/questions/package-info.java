/** Typical questions, asked of a playbook and its model without a stack. Start at QuestionRun. */
@NullMarked
package dev.attune.training.questions;

import org.jspecify.annotations.NullMarked;
