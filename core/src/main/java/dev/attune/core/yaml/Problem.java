package dev.attune.core.yaml;

/** One thing that is wrong in a playbook, and where. Lines count from 1. */
public record Problem(String file, int line, String message) {
  @Override
  public String toString() {
    return file + ":" + line + ": " + message;
  }
}
