package dev.attune.core.playbook;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.reply.ReplyBook;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.user.UserEngine;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;

/** One chatbot, described by one folder and checked whole. Absent optional files mean defaults. */
public record Playbook(
    String name,
    Path dir,
    FeatureSet features,
    SegmentSet segments,
    SessionPolicy sessions,
    ReplyBook replies,
    Experiments experiments,
    TrainingSpec training) {
  /**
   * Reads {@code features.yaml}, {@code segments.yaml} and the rest.
   *
   * @throws PlaybookException with every problem found, as file:line
   */
  public static Playbook load(Path dir) {
    var problems = new Problems();
    if (!Files.isDirectory(dir)) {
      problems.add(dir.toString(), 1, "is no playbook: there is no such folder");
      problems.throwIfAny();
    }
    YamlNode featuresFile = file(dir, "features.yaml", problems);
    FeatureSet features = FeatureSet.parse(featuresFile);
    SessionPolicy sessions = SessionPolicy.parse(featuresFile.get("session"));
    SegmentSet segments = SegmentSet.parse(file(dir, "segments.yaml", problems), features);
    ReplyBook replies = ReplyBook.parse(file(dir, "responses.yaml", problems), features, segments);
    Experiments experiments =
        Experiments.parse(
            file(dir, "experiments.yaml", problems),
            replies.slotNames(),
            replies.expressions(),
            features,
            sessions.gap());
    TrainingSpec training =
        TrainingSpec.parse(file(dir, "training.yaml", problems), features, segments);
    problems.throwIfAny();
    return new Playbook(
        dir.toAbsolutePath().normalize().getFileName().toString(),
        dir,
        features,
        segments,
        sessions,
        replies,
        experiments,
        training);
  }

  private static YamlNode file(Path dir, String name, Problems problems) {
    return YamlNode.load(dir.resolve(name), problems);
  }

  /** The one way an event changes a user of this chatbot. */
  public UserEngine engine() {
    return new UserEngine(features, segments, sessions);
  }
}
