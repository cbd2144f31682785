package dev.attune.core.expression;

/** The types a variable may have; every one may be missing at run time. */
public enum VariableType {
  NUMBER,
  TEXT,
  FLAG,
  /** A list of strings. */
  TEXTS,
  /** A map from strings to anything; reads of its values are checked only at run time. */
  MAP
}
