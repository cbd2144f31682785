package dev.attune.core.playbook;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.expression.Vocabulary;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.reply.ReplyBook;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.segment.SegmentSet;
import dev.attune.core.user.SessionPolicy;
import dev.attune.core.user.UserEngine;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.core.yaml.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One chatbot, described by one folder and checked whole. Absent optional files mean defaults.
 *
 * @param warnings what is probably not meant, though the playbook works
 */
public record Playbook(
    String name,
    Path dir,
    FeatureSet features,
    SegmentSet segments,
    SessionPolicy sessions,
    ReplyBook replies,
    Experiments experiments,
    TrainingSpec training,
    List<Problem> warnings) {
  /**
   * Reads {@code features.yaml}, {@code segments.yaml} and the rest.
   *
   * @throws PlaybookException with every problem found, as file:line:column
   */
  public static Playbook load(Path dir) {
    requireFolder(dir);
    var problems = new Problems();
    YamlNode featuresFile = file(dir, "features.yaml", problems);
    YamlNode segmentsFile = file(dir, "segments.yaml", problems);
    YamlNode trainingFile = file(dir, "training.yaml", problems);
    YamlNode responsesFile = file(dir, "responses.yaml", problems);
    YamlNode experimentsFile = file(dir, "experiments.yaml", problems);
    PlaybookFiles.warnOfUnread(dir, problems);
    // whatever names a part of a file that can't be read would look wrong, too
    problems.throwIfAny();
    FeatureSet features = FeatureSet.parse(featuresFile);
    SessionPolicy sessions = SessionPolicy.parse(featuresFile.get("session"));
    SegmentSet segments = SegmentSet.parse(segmentsFile, features);
    TrainingSpec training = TrainingSpec.parse(trainingFile, features, segments);
    ReplyBook replies =
        ReplyBook.parse(responsesFile, features, segments, vocabularies(training, experimentsFile));
    Experiments experiments =
        Experiments.parse(
            experimentsFile, replies.slotNames(), replies.expressions(), features, sessions.gap());
    problems.throwIfAny();
    return new Playbook(
        dir.toAbsolutePath().normalize().getFileName().toString(),
        dir,
        features,
        segments,
        sessions,
        replies,
        experiments,
        training,
        problems.warnings());
  }

  /**
   * For what needs no more of a playbook than that it is there.
   *
   * @throws PlaybookException when there is no such folder
   */
  public static void requireFolder(Path dir) {
    if (!Files.isDirectory(dir)) {
      var problems = new Problems();
      problems.add(dir.toString(), 1, "is no playbook: there is no such folder");
      problems.throwIfAny();
    }
  }

  /** What conditions may compare a prediction and an arm with. Any intent, when none is listed. */
  private static Map<String, Vocabulary> vocabularies(
      TrainingSpec training, YamlNode experimentsFile) {
    Map<String, List<String>> arms = Experiments.declaredArms(experimentsFile);
    Map<String, Vocabulary> vocabularies = new HashMap<>();
    vocabularies.put("experiment", new Vocabulary("experiment", arms.keySet()));
    vocabularies.put(
        "variant", new Vocabulary("arm", arms.values().stream().flatMap(List::stream).toList()));
    if (!training.labels().isEmpty()) {
      var intents = new Vocabulary("intent", training.labels());
      vocabularies.put("intent.label", intents);
      vocabularies.put("probabilities", intents);
    }
    return vocabularies;
  }

  private static YamlNode file(Path dir, String name, Problems problems) {
    return YamlNode.load(dir.resolve(name), problems);
  }

  /** The one way an event changes a user of this chatbot. */
  public UserEngine engine() {
    return new UserEngine(features, segments, sessions);
  }
}
