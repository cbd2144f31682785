package dev.attune.core.yaml;

/**
 * One thing that is wrong in a playbook, and where. Lines and columns count from 1.
 *
 * @param severity whether the playbook may be used in spite of it
 */
public record Problem(String file, int line, int column, Severity severity, String message) {
  /** How bad it is. */
  public enum Severity {
    /** No service takes the playbook. */
    ERROR,
    /** The playbook works, but hardly as its writer means it. */
    WARNING
  }

  @Override
  public String toString() {
    String kind = severity == Severity.WARNING ? "warning: " : "";
    return file + ":" + line + ":" + column + ": " + kind + message;
  }
}
