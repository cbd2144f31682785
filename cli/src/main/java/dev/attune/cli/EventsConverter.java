package dev.attune.cli;

import dev.attune.training.events.EventSource;
import picocli.CommandLine.ITypeConverter;

/** Takes a file, an export's folder or a bucket. */
final class EventsConverter implements ITypeConverter<EventSource> {
  @Override
  public EventSource convert(String value) {
    return new EventSource(value, ExportPlace.endpoint());
  }
}
