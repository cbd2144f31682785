/**
 * Conditions in CEL, the Common Expression Language: checked when a playbook is read, then either
 * compiled to plain Java or interpreted. Start at {@link dev.attune.core.expression.Expressions}.
 */
@org.jspecify.annotations.NullMarked
package dev.attune.core.expression;
