package dev.attune.core.expression;

/** A checked condition. Thread-safe. What can't be evaluated (a missing value, say) is false. */
public interface Expression {
  boolean test(Scope scope);

  /** As it was written. */
  String text();

  /** False of everything: what a faulty expression becomes while more problems are sought. */
  static Expression never(String text) {
    return new Expression() {
      @Override
      public boolean test(Scope scope) {
        return false;
      }

      @Override
      public String text() {
        return text;
      }
    };
  }
}
