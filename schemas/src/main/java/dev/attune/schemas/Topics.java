package dev.attune.schemas;

import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.ExperimentChange;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.PersonLabel;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserProfile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/** The topics' names, what they carry and how long it is kept. */
public record Topics(String prefix) {
  private static final int KAFKA_NAME_LIMIT = 249;

  public Topics {
    if (!prefix.matches("[a-zA-Z0-9._-]*") || prefix.length() + 20 > KAFKA_NAME_LIMIT) {
      throw new IllegalArgumentException(
          "a topic prefix is made of letters, digits, '.', '_' and '-': \"" + prefix + "\"");
    }
  }

  public static Topics standard() {
    return new Topics("attune.");
  }

  public String interactionEvents() {
    return prefix + "interaction-events";
  }

  public String sessionFeatures() {
    return prefix + "session-features";
  }

  public String userProfiles() {
    return prefix + "user-profiles";
  }

  public String predictions() {
    return prefix + "predictions";
  }

  public String decisions() {
    return prefix + "decisions";
  }

  public String sessions() {
    return prefix + "sessions";
  }

  public String segmentChanges() {
    return prefix + "segment-changes";
  }

  public String experimentResults() {
    return prefix + "experiment-results";
  }

  /** What was changed of experiments by hand; see {@link ExperimentChange}. */
  public String experimentChanges() {
    return prefix + "experiment-changes";
  }

  /** What people said that messages were about; see {@link PersonLabel}. */
  public String labels() {
    return prefix + "labels";
  }

  /** A day's conversations in sums; see {@link Kpi}. */
  public String kpis() {
    return prefix + "kpis";
  }

  /** Who was active of late, with what was said to them; see {@link RecentUser}. */
  public String recentUsers() {
    return prefix + "recent-users";
  }

  public String deadLetters() {
    return prefix + "dead-letters";
  }

  /** Who was erased and when, as hashes; see {@link Erasure}. */
  public String erasures() {
    return prefix + "erasures";
  }

  /** Who did what; see {@link AuditRecord}. */
  public String audit() {
    return prefix + "audit";
  }

  /** Every topic with the time its records are kept. */
  public List<KeptTopic> all() {
    return List.of(
        KeptTopic.days(interactionEvents(), 7),
        KeptTopic.days(sessionFeatures(), 30),
        KeptTopic.compacted(userProfiles()),
        KeptTopic.days(predictions(), 30),
        KeptTopic.days(decisions(), 90),
        KeptTopic.days(sessions(), 90),
        KeptTopic.days(segmentChanges(), 30),
        KeptTopic.compacted(experimentResults()),
        KeptTopic.compacted(experimentChanges()),
        KeptTopic.compacted(labels()),
        KeptTopic.latestOfDays(kpis(), 90),
        KeptTopic.latestOfDays(recentUsers(), 30),
        KeptTopic.days(deadLetters(), 7),
        // longer than any topic that holds records of an erased user
        KeptTopic.days(erasures(), 100),
        KeptTopic.days(audit(), 365));
  }

  /** The schema of each topic's values, by topic. */
  public Map<String, Schema> schemas() {
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(interactionEvents(), InteractionEvent.getClassSchema());
    schemas.put(sessionFeatures(), SessionFeatures.getClassSchema());
    schemas.put(userProfiles(), UserProfile.getClassSchema());
    schemas.put(predictions(), Prediction.getClassSchema());
    schemas.put(decisions(), Decision.getClassSchema());
    schemas.put(sessions(), Session.getClassSchema());
    schemas.put(segmentChanges(), SegmentChange.getClassSchema());
    schemas.put(experimentResults(), ExperimentResult.getClassSchema());
    schemas.put(experimentChanges(), ExperimentChange.getClassSchema());
    schemas.put(labels(), PersonLabel.getClassSchema());
    schemas.put(kpis(), Kpi.getClassSchema());
    schemas.put(recentUsers(), RecentUser.getClassSchema());
    schemas.put(deadLetters(), DeadLetter.getClassSchema());
    schemas.put(erasures(), Erasure.getClassSchema());
    schemas.put(audit(), AuditRecord.getClassSchema());
    return schemas;
  }

  /**
   * Every subject of the registry with its schema: each topic's, and that of binary bodies, which
   * no topic has and whose id clients look up.
   */
  public Map<String, Schema> subjects() {
    Map<String, Schema> subjects = new LinkedHashMap<>();
    schemas().forEach((topic, schema) -> subjects.put(subject(topic), schema));
    subjects.put(subject(prefix + "event-batch"), EventBatch.getClassSchema());
    return subjects;
  }

  /** The registry's subject of a topic's values. */
  public static String subject(String topic) {
    return topic + "-value";
  }
}
