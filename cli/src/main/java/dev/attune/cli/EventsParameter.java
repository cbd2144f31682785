package dev.attune.cli;

import dev.attune.training.events.EventSource;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;

/** Where past events are, the first parameter of the verbs that read them without a stack. */
@SuppressWarnings("NullAway.Init") // picocli fills the field
final class EventsParameter {
  @Parameters(
      index = "0",
      paramLabel = "EVENTS",
      converter = Converter.class,
      description = "A file of events ordered by time, or what ./attune export fills.")
  private EventSource source;

  EventSource source() {
    return source;
  }

  /** Takes a file, an export's folder or a bucket. */
  static final class Converter implements ITypeConverter<EventSource> {
    @Override
    public EventSource convert(String value) {
      return new EventSource(value, ExportPlace.endpoint());
    }
  }
}
