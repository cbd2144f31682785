package dev.attune.streams.topology;

/** Names of the topology's parts; stores' names are also part of their changelog topics' names. */
public final class TopologyNames {
  static final String SOURCE = "interaction-events";
  static final String READER = "read-event";
  static final String DECISIONS = "decisions";
  static final String DECISION_READER = "read-decision";
  static final String USER = "update-user";

  static final String FEATURES = "session-features";
  static final String PROFILES = "user-profiles";
  static final String SEGMENT_CHANGES = "segment-changes";
  static final String SESSIONS = "sessions";
  static final String ERASURES = "erasures";
  public static final String DEAD_LETTERS = "dead-letters";

  public static final String USERS_STORE = "users";
  static final String EXPIRIES_STORE = "session-expiries";
  static final String OWED_STORE = "owed-scores";
  static final String SIZES_STORE = "segment-sizes";

  private TopologyNames() {}
}
