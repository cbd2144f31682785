package dev.attune.cli.retrain;

import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelException;
import dev.attune.kafka.audit.AuditException;
import java.util.Optional;

/** What came of the events after a version's training, beside what it would have said of them. */
interface Outcomes {
  /**
   * Whether a version may score more users; empty: too little is known to say.
   *
   * @throws AuditException when it can't be recorded that users' data are looked at
   */
  Optional<GateVerdict> verdict(String version) throws ModelException, AuditException;
}
