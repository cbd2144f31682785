package dev.attune.cli;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import dev.attune.training.questions.QuestionRun;
import dev.attune.training.questions.QuestionRun.Answer;
import dev.attune.training.questions.QuestionSuite;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Asks a playbook's typical questions. */
@Command(
    name = "questions",
    description = {
      "Asks the questions of questions.yaml, each as a new user, and shows which replies are"
          + " wrong.",
      "Needs a trained model, but no stack."
    })
final class PlaybookQuestionsCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "The playbook's folder; ATTUNE_PLAYBOOK or playbooks/support without it.")
  private @Nullable Path folder;

  @Option(names = "--version", description = "The model version (default: the live one).")
  private @Nullable String version;

  @Override
  public Integer call() throws ModelException {
    Playbook playbook = PlaybookFolders.playbook(folder);
    ModelRegistry registry = PlaybookFolders.registry(folder);
    ModelBundle model =
        ModelBundle.load(registry.published(version(registry)), PlaybookFolders.encoders());
    List<Answer> answers =
        new QuestionRun(QuestionSuite.load(playbook), playbook, model, Instant.now()).answers();
    print(answers, model.manifest().version(), Terminal.standard());
    return 0;
  }

  private String version(ModelRegistry registry) throws ModelException {
    String asked = version;
    return asked != null
        ? asked
        : registry
            .live()
            .map(ModelRegistry.Live::version)
            .orElseThrow(
                () ->
                    new UserFault("No model is live; ./attune train or ./attune demo makes one."));
  }

  private static void print(List<Answer> answers, String version, Terminal screen) {
    for (Answer answer : answers) {
      if (!answer.isRight()) {
        screen.line(
            String.format(
                Locale.ROOT,
                "  %-50s %-20s %s %.2f",
                answer.question().text(),
                answer.rule() == null ? "generic" : answer.rule(),
                answer.label(),
                answer.probability()));
      }
    }
    long right = answers.stream().filter(Answer::isRight).count();
    screen.line(
        String.format(
            Locale.ROOT,
            "%d of %d right (%.0f %%), by model %s",
            right,
            answers.size(),
            100.0 * right / Math.max(1, answers.size()),
            version));
  }
}
