package dev.attune.kafka.start;

import dev.attune.core.yaml.PlaybookException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * A service that does not start for its playbook prints the mistakes in place of a stack trace.
 * Spring Boot finds this class by {@code META-INF/spring.factories}.
 */
final class PlaybookFailureAnalyzer extends AbstractFailureAnalyzer<PlaybookException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, PlaybookException cause) {
    return new FailureAnalysis(
        "The playbook has mistakes:\n\n" + cause.getMessage(),
        "Correct them; ./attune playbook check finds them before a start.",
        cause);
  }
}
