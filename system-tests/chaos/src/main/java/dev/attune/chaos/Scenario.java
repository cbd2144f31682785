package dev.attune.chaos;

import java.util.List;

/**
 * One kind of fault. It brings a stack of its own on free ports with data of its own, puts load on
 * it, lets the fault happen, and closes everything before it returns.
 */
public interface Scenario {
  /** As on the command line: short, lower case. */
  String name();

  /** One line: what happens and what must hold. */
  String summary();

  /**
   * @return what had to hold, and whether it did
   * @throws dev.attune.local.infra.ServerException in one sentence, when the scenario can't be run
   */
  List<Check> run(ChaosRun chaos) throws Exception;
}
