package dev.attune.core.reply;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;

/** Counts the characters of a template that do not depend on values. */
final class TextLength implements Mustache.Visitor {
  private final boolean withSections;
  private final StringBuilder text = new StringBuilder();

  /**
   * @param withSections whether what stands in {@code {{#sections}}} counts
   */
  TextLength(boolean withSections) {
    this.withSections = withSections;
  }

  int of(Template template) {
    template.visit(this);
    return text.toString().strip().length();
  }

  @Override
  public void visitText(String part) {
    text.append(part);
  }

  @Override
  public void visitVariable(String name) {}

  @Override
  public boolean visitInclude(String name) {
    return false;
  }

  /** An ICU message is no text yet: how long it becomes is not known. */
  @Override
  public boolean visitSection(String name) {
    return withSections && !name.equals(TextTemplate.MESSAGE);
  }

  @Override
  public boolean visitInvertedSection(String name) {
    return false;
  }
}
