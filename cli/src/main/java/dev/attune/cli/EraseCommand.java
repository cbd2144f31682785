package dev.attune.cli;

import dev.attune.local.client.ResponsesClient;
import dev.attune.local.infra.ServerException;
import dev.attune.local.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Erases a user and shows the proof. */
@Command(
    name = "erase",
    description = {
      "Deletes a user everywhere. Prints for every store since when nothing of the user is left,",
      "or when the last bytes expire. Later events of the user start from nothing."
    })
@SuppressWarnings("NullAway.Init") // picocli fills the fields
final class EraseCommand implements Callable<Integer> {
  /** Erasing takes milliseconds; a scoring service that is away takes longer to come back. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(100);

  @Parameters(paramLabel = "USER_ID", description = "The user's id as events carry it.")
  private String userId;

  @Override
  public Integer call() throws InterruptedException {
    var screen = Terminal.standard();
    try (var responses = StackServices.client()) {
      JsonNode receipt = complete(responses, responses.erase(userId));
      print(screen, receipt);
      if (isExportAlone(receipt)) {
        screen.line("");
        screen.line("The exported files follow with the next run of ./attune export.");
      } else if (!receipt.path("complete").asBoolean()) {
        throw new ServerException(
            "Not every store has answered within %d s; GET /v1/erasures/%s shows it later."
                .formatted(PATIENCE.toSeconds(), receipt.path("receiptId").asString()));
      }
    }
    return 0;
  }

  private static JsonNode complete(ResponsesClient responses, JsonNode receipt)
      throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    JsonNode now = receipt;
    while (!now.path("complete").asBoolean()
        && !isExportAlone(now)
        && System.nanoTime() < deadline) {
      Thread.sleep(PAUSE);
      now = responses.receipt(receipt.path("receiptId").asString());
    }
    return now;
  }

  /** Whether nothing else is waited for than the next export. */
  private static boolean isExportAlone(JsonNode receipt) {
    List<String> open = new ArrayList<>();
    for (JsonNode store : receipt.path("stores")) {
      if (!store.path("erasedAt").isString() && !store.path("expiresAt").isString()) {
        open.add(store.path("store").asString());
      }
    }
    return open.equals(List.of("export"));
  }

  private void print(Terminal screen, JsonNode receipt) {
    screen.line(screen.bold("Erasure of " + userId));
    screen.line("  receipt " + receipt.path("receiptId").asString());
    screen.line("");
    screen.line(row("store", "how", "erased at", "last bytes gone by"));
    for (JsonNode store : receipt.path("stores")) {
      screen.line(
          row(
              store.path("store").asString(),
              store.path("how").asString(),
              time(store.path("erasedAt")),
              time(store.path("expiresAt"))));
    }
  }

  private static String row(String store, String how, String erased, String expires) {
    return String.format(Locale.ROOT, "  %-28s %-38s %-25s %s", store, how, erased, expires)
        .stripTrailing();
  }

  private static String time(JsonNode node) {
    return node.isString() ? node.asString() : "-";
  }
}
