package dev.attune.cli.playbook;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.tracking.TrackingPlan;
import dev.attune.core.yaml.PlaybookException;
import dev.attune.core.yaml.Problem;
import dev.attune.core.yaml.Problems;
import dev.attune.training.questions.QuestionSuite;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A playbook with the files in its folder that only some parts of Attune read: the gateway its
 * tracking plan, the command line its questions.
 *
 * @param warnings of all files
 */
public record PlaybookCheck(Playbook playbook, TrackingPlan plan, List<Problem> warnings) {
  /**
   * Reads them all.
   *
   * @throws PlaybookException with every problem found, as file:line:column
   */
  public static PlaybookCheck of(Path dir) {
    Playbook.requireFolder(dir);
    var problems = new Problems();
    Playbook playbook = playbook(dir, problems);
    TrackingPlan plan = TrackingPlan.load(dir, problems);
    if (playbook == null) {
      throw new PlaybookException(problems.list());
    }
    QuestionSuite.check(playbook, problems);
    problems.throwIfAny();
    return new PlaybookCheck(playbook, plan, problems.warnings());
  }

  private static @Nullable Playbook playbook(Path dir, Problems problems) {
    try {
      Playbook playbook = Playbook.load(dir);
      problems.addAll(playbook.warnings());
      return playbook;
    } catch (PlaybookException e) {
      problems.addAll(e.problems());
      return null;
    }
  }
}
