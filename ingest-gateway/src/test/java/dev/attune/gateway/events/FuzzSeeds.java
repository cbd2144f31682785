package dev.attune.gateway.events;

import dev.attune.schemas.avro.Clicked;
import dev.attune.schemas.avro.Custom;
import dev.attune.schemas.avro.EventBatch;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** Where fuzzing starts: bodies as clients send them, and those that once were trouble. */
final class FuzzSeeds {
  private FuzzSeeds() {}

  static List<byte[]> json() {
    String click =
        "{'eventId':'e','userId':'u','type':'clicked','occurredAt':'2026-01-02T03:04:05.678Z',"
            + "'clicked':{'element':'#a','page':'/p'}}";
    String custom =
        "{'eventId':'é','userId':'\\ud83d\\ude00','type':'custom','more':[1,2.5e3,{'a':null}],"
            + "'context':{'consent':false,'page':'/'},"
            + "'custom':{'name':'n','properties':{'a':[true],'b':'x'}}}";
    String feedback =
        "{'eventId':'f','userId':'u','type':'feedback','feedback':{'kind':'nps','score':-0.0}}";
    return texts(
        click,
        custom,
        feedback,
        "{'sentAt':'2026-01-02T03:04:05+02:00','events':[" + click + "," + custom + "]}",
        "{'other':{},'events':[{}, 7, []],'sentAt':null}",
        click + "\n\n" + custom + "\r\n{oops\n",
        "{'eventId':'e','eventId':'e'}",
        "{'a':" + "[".repeat(40) + "]".repeat(40) + "}",
        "{'a':" + "9".repeat(2000) + "}",
        "{'a':'\\ud800'}",
        "\ufeff{}");
  }

  static List<byte[]> avro() {
    InteractionEvent click =
        event("clicked").setClicked(new Clicked("#a", "/p")).setReceivedAt(5).build();
    InteractionEvent custom =
        event("custom")
            .setCustom(new Custom("n", Map.of("a", "1", "b", "\"x\"")))
            .setContext(new EventContext("/p", "Europe/Madrid", null, null, true, "js/0.1.0"))
            .setProperties(Map.of("more", "[1]"))
            .build();
    return List.of(
        encode(new EventBatch(null, List.of(click))),
        encode(new EventBatch(1_700_000_000_000L, List.of(click, custom, click))),
        encode(new EventBatch(null, List.of())),
        new byte[] {0, -2, -1, -1, -1, -1, -1, -1, -1, 31},
        new byte[] {0, 2, -2, -1, -1, -1, 15},
        new byte[] {0, 1, 0, 0});
  }

  static InteractionEvent.Builder event(String type) {
    return InteractionEvent.newBuilder()
        .setEventId("e")
        .setUserId("u")
        .setType(type)
        .setOccurredAt(1);
  }

  private static List<byte[]> texts(String... texts) {
    List<byte[]> all = new ArrayList<>();
    for (String text : texts) {
      all.add(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
    return all;
  }

  static byte[] encode(EventBatch batch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    try {
      new SpecificDatumWriter<>(EventBatch.class).write(batch, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
