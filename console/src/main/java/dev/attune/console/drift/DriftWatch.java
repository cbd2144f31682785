package dev.attune.console.drift;

import static dev.attune.console.forward.Service.INFERENCE;

import dev.attune.console.curves.Curve;
import dev.attune.console.curves.Curves;
import dev.attune.console.curves.Gaps;
import dev.attune.console.curves.Polled;
import dev.attune.console.forward.ServiceAnswers;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Asks how far features moved, and keeps a curve for each version that is live or was of late. It
 * begins with the first comparison. Where there was none later, as after a restart of
 * inference-service, it has a gap.
 */
@Component
class DriftWatch implements Polled {
  /** Who rolled back looks at the version before; nobody at the fifth. */
  static final int MOST_VERSIONS = 4;

  private final ServiceAnswers services;
  private final DriftSettings settings;
  private final InstantSource clock;
  private final Curves<DriftPoint> curves;

  DriftWatch(ServiceAnswers services, DriftSettings settings, InstantSource clock) {
    this.services = services;
    this.settings = settings;
    this.clock = clock;
    this.curves =
        Curves.in(
            "attune.console.drift.file", settings.file(), DriftPoint.class, settings.interval());
  }

  Optional<Curve<DriftPoint>> curve(String version) {
    return curves.curve(version);
  }

  @Override
  public String subject() {
    return "drift over time";
  }

  @Override
  public Duration interval() {
    return settings.interval();
  }

  @Override
  public void look(Gaps gaps) throws IOException, InterruptedException {
    JsonNode report = services.get(INFERENCE, "/v1/drift");
    String version = report.path("modelVersion").asString("");
    DriftPoint point = DriftPoint.of(clock.instant().getEpochSecond(), report);
    boolean isBegun = !point.indices().isEmpty() || curves.curve(version).isPresent();
    if (!version.isEmpty() && isBegun && curves.isDue(version, point.at())) {
      curves.add(version, point);
      curves.keepNewest(MOST_VERSIONS);
      curves.save();
    }
  }
}
