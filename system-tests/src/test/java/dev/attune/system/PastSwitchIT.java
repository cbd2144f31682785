package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.Checkout;
import dev.attune.schemas.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./attune features backfill} on a stack whose topic has lost its beginning: refused where
 * no export has it, killed while the export's events are counted, run again, and switched. Some
 * minutes, so only in the long tests.
 */
@Timeout(900)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class PastSwitchIT {
  private static final int USERS = 100;
  private static final int VISITS = 60;
  private static final String NEW_FEATURE = "size_pages_7d";
  private static final String EVENTS = Topics.standard().interactionEvents();

  @TempDir private Path folder;

  @Test
  void whatKafkaHasLostIsCountedFromTheExport() throws Exception {
    Path playbook = PlaybookCopy.in(folder, Checkout.find().root().resolve("playbooks/support"));
    try (RunningStack stack = RunningStack.start("past-stack", playbook);
        Admin admin =
            Admin.create(
                Map.of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                    stack.settings().bootstrapServers()))) {
      visits(stack, VISITS / 2);
      AttuneCommand.printed(stack.settings(), "export");
      visits(stack, VISITS / 2);
      lose(admin, 3);
      Files.writeString(
          playbook.resolve("features.yaml"),
          "  %s:\n    count: page_viewed where page.startsWith(\"/help/sizes\")\n    window: 7d\n"
              .formatted(NEW_FEATURE),
          StandardOpenOption.APPEND);
      stack.train();

      String nowhere = folder.resolve("nowhere").toString();
      assertThat(ends(stack, 1, "--past", nowhere)).doesNotContain("Switched");
      killedAmidThePast(stack, admin);
      String printed = ends(stack, 0);

      assertThat(printed).contains("from the export), model ");
      Eventually.holds("every user has all visits", () -> counted(stack));
      assertThat(admin.listTopics().names().get()).noneMatch(name -> name.contains("past"));
    }
  }

  private static void visits(RunningStack stack, int count) {
    for (int visit = 0; visit < count; visit++) {
      var events = new ArrayList<String>();
      for (int user = 0; user < USERS; user++) {
        events.add(Events.pageViewed(user(user), "/help/sizes"));
      }
      assertThat(stack.gateway.send(events).accepted()).isEqualTo(USERS);
    }
  }

  /** Deletes the first events of each partition: one of so many. */
  private static void lose(Admin admin, int oneOf) throws Exception {
    Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
    for (TopicDescription topic :
        admin.describeTopics(List.of(EVENTS)).allTopicNames().get().values()) {
      topic
          .partitions()
          .forEach(p -> wanted.put(new TopicPartition(EVENTS, p.partition()), OffsetSpec.latest()));
    }
    Map<TopicPartition, RecordsToDelete> records = new HashMap<>();
    admin
        .listOffsets(wanted)
        .all()
        .get()
        .forEach((p, end) -> records.put(p, RecordsToDelete.beforeOffset(end.offset() / oneOf)));
    admin.deleteRecords(records).all().get();
  }

  /** Command and recount end as if the machine had lost its power. */
  private void killedAmidThePast(RunningStack stack, Admin admin) throws Exception {
    Path out = folder.resolve("killed.out");
    Process command = AttuneCommand.begin(stack.settings(), out, "features", "backfill");
    Eventually.holds("the past is counted", () -> pastIsRead(admin) || !command.isAlive());
    assertThat(command.isAlive()).as(() -> AttuneCommand.said(out)).isTrue();
    command.destroyForcibly().waitFor();
    Path pid = stack.settings().home().resolve("run/backfill.pid");
    long recount = Long.parseLong(Files.readString(pid).lines().findFirst().orElseThrow().strip());
    ProcessHandle.of(recount).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static boolean pastIsRead(Admin admin) {
    try {
      for (var group : admin.listGroups().all().get()) {
        if (group.groupId().startsWith("attune-features-")) {
          return admin
              .listConsumerGroupOffsets(group.groupId())
              .partitionsToOffsetAndMetadata()
              .get()
              .keySet()
              .stream()
              .anyMatch(partition -> partition.topic().endsWith("-past-events"));
        }
      }
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Runs it to its end, and what it printed. */
  private String ends(RunningStack stack, int exit, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("features", "backfill"));
    arguments.addAll(List.of(more));
    Path out = Files.createTempFile(folder, "backfill", ".out");
    Process command = AttuneCommand.begin(stack.settings(), out, arguments.toArray(String[]::new));
    assertThat(command.waitFor(450, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue()).as(() -> AttuneCommand.said(out)).isEqualTo(exit);
    return AttuneCommand.said(out);
  }

  private static boolean counted(RunningStack stack) {
    return IntStream.of(0, USERS / 2, USERS - 1)
        .allMatch(i -> Users.feature(stack.settings(), user(i), NEW_FEATURE) == VISITS);
  }

  private static String user(int number) {
    return "past-" + number;
  }
}
