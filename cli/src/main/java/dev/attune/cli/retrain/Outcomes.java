package dev.attune.cli.retrain;

import dev.attune.core.scoring.ModelException;
import dev.attune.kafka.audit.AuditException;
import java.util.Optional;

/** What came of the events after a version's training, beside what it would have said of them. */
interface Outcomes {
  /**
   * Why a version must not score more users; empty: nothing is known against it.
   *
   * @throws AuditException when it can't be recorded that users' data are looked at
   */
  Optional<String> against(String version) throws ModelException, AuditException;
}
