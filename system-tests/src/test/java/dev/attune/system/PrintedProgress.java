package dev.attune.system;

import dev.attune.chaos.Progress;

/** Prints what happened, for whoever reads a test's figures. */
final class PrintedProgress implements Progress {
  @Override
  public void say(String line) {
    System.out.println(line);
  }

  @Override
  public void state(String line) {}
}
