package dev.attune.gateway;

import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Checkout;

/** The example chatbots of this checkout. */
final class Playbooks {
  private Playbooks() {}

  static Playbook support() {
    return Playbook.load(Checkout.find().root().resolve("playbooks/support"));
  }
}
