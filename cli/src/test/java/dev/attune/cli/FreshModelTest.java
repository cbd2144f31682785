package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.infra.Checkout;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.questions.QuestionRun;
import dev.attune.training.questions.QuestionRun.Answer;
import dev.attune.training.questions.QuestionSuite;
import dev.attune.training.train.Trainer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer meets: the support playbook with the model that the demo trains first. */
class FreshModelTest {
  private static final Instant NOW = Instant.parse("2026-01-15T00:00:00Z");
  private static final List<String> MOMENTS = List.of("page_viewed", "clicked", "message_sent");

  private static Playbook playbook;
  private static Trainer.Result trained;
  private static List<Answer> answers;

  @BeforeAll
  static void train(@TempDir Path folder) throws Exception {
    Path support = Checkout.find().root().resolve("playbooks/support");
    playbook = Playbook.load(support);
    Path past = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(support), DemoCommand.TRAINING_SEED, NOW, past);
    ModelRegistry registry = new ModelRegistry(folder.resolve("models"));
    trained =
        Trainer.train(
            new Trainer.Request(past, playbook, Long.MIN_VALUE, Long.MAX_VALUE, registry, NOW),
            Progress.SILENT);
    answers =
        new QuestionRun(
                QuestionSuite.load(playbook), playbook, ModelBundle.load(trained.dir()), NOW)
            .answers();
  }

  @Test
  void answersNineOfTenTypicalQuestionsOfSomebodyNew() {
    assertThat(answers).hasSizeGreaterThanOrEqualTo(98);
    assertThat(right(answers)).as("wrong: %s", wrong(answers)).isGreaterThanOrEqualTo(0.9);
  }

  @Test
  void answersThemInBothLanguages() {
    for (String locale : List.of("en-US", "es-ES")) {
      List<Answer> of = answers.stream().filter(a -> a.question().locale().equals(locale)).toList();
      assertThat(right(of)).as("in %s, wrong: %s", locale, wrong(of)).isGreaterThan(0.87);
    }
  }

  /** A page tells less than a message, but far more than nothing. */
  @Test
  void isRightAtEveryMomentAtWhichASlotIsAsked() {
    Map<String, Double> metrics = trained.metrics();
    for (String moment : MOMENTS) {
      assertThat(metrics.get("top1{moment=" + moment + "}")).as(moment).isGreaterThan(0.65);
    }
    assertThat(metrics.get("top1{moment=message_sent}")).isGreaterThan(0.8);
  }

  /** So that a rule's `intent.probability > 0.6` means what it says. */
  @Test
  void saysHowSureItIs() {
    assertThat(trained.metrics().get("ece")).isLessThan(0.06);
  }

  private static double right(List<Answer> answers) {
    return answers.stream().filter(Answer::isRight).count() / (double) answers.size();
  }

  private static List<String> wrong(List<Answer> answers) {
    return answers.stream().filter(a -> !a.isRight()).map(a -> a.question().text()).toList();
  }
}
