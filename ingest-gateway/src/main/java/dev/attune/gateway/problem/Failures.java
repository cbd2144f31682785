package dev.attune.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no handler foresaw; never tells an exception's text. */
public final class Failures {
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private Failures() {}

  /** Nothing is added to an answer that is already on its way. */
  public static void answer(Exception failure, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    if (failure instanceof IOException) {
      // a body that the client stopped sending ends here too: nobody is left to answer
      ProblemWriter.write(Problem.malformed("the body ended early"), response);
      return;
    }
    LOG.error("A request failed", failure);
    ProblemWriter.write(Problem.internal(), response);
  }
}
