package dev.attune.streams.topology;

import dev.attune.schemas.avro.Session;
import java.util.List;
import java.util.Set;

/** What an application has said of sessions lately, by user. Immutable and thread-safe. */
public interface SaidSessions {
  SaidSessions NONE =
      new SaidSessions() {
        @Override
        public Set<String> users() {
          return Set.of();
        }

        @Override
        public List<Session> of(String userId) {
          return List.of();
        }
      };

  Set<String> users();

  /** In the order in which they were said; empty for nobody. */
  List<Session> of(String userId);
}
