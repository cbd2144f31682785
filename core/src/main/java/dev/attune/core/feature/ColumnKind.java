package dev.attune.core.feature;

/** What a column holds: a number (NaN = missing), a string or null, or hashed tokens. */
public enum ColumnKind {
  NUMBER,
  CATEGORY,
  TOKENS
}
