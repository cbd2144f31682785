package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.stack.StackSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart beside servers that are secured as {@code docs/security.md} says: each service and each
 * job reaches them by the account and the certificates that its values refer to.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class SecuredChartIT {
  @TempDir private static Path folder;

  private static @Nullable SecuredServers servers;
  private static @Nullable PlayedChart chart;

  @BeforeAll
  static void install() throws Exception {
    String hindrance = PlayedChart.hindrance();
    assumeTrue(hindrance.isEmpty(), hindrance);
    servers =
        new SecuredServers(Files.createDirectory(folder.resolve("certificates")), AclTable.read());
    StackSettings settings =
        StackSettings.isolated(
            Files.createDirectory(folder.resolve("stack")), PlayedChart.PLAYBOOK);
    TrainedModels.publish(settings);
    chart = PlayedChart.prepare(settings.models(), servers.manifests());
    servers.open(chart.conductor());

    var values = new HashMap<>(servers.values());
    values.putAll(KeptPast.refusedCanary(settings.models()));
    values.put("jobs.backup.claim", "backups");
    values.put("jobs.schedules.backup.enabled", true);
    chart.apply(PlayedChart.render(chart.load(BuiltImages.ARCHIVES), values));
  }

  @AfterAll
  static void uninstall() {
    if (chart != null) {
      chart.close();
    }
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  @Order(1)
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    PlayedChart played = played();
    played.awaitPersonalReply();
    assertThat(played.conductor().restarted()).isEmpty();
  }

  /** Each topic that they read has something, and the export has a receipt to write. */
  @Test
  @Order(2)
  void jobsWorkWithTheirOwnAccount() throws Exception {
    PlayedChart played = played();
    KeptPast.happens(played);

    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-export"));
    System.out.println(played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-backup"));

    try (Stream<Path> files = Files.walk(played.conductor().claim("past"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
    try (Stream<Path> files = Files.list(played.conductor().claim("backups"))) {
      assertThat(files).isNotEmpty();
    }
  }

  /** By the broker's own log: that services need each of their lines is shown by SecuredStackIT. */
  @Test
  @Order(3)
  void eachHasItsAccountAndAsksForNothingElse() throws Exception {
    String log = played().conductor().logOf("kafka-0");

    AclTable table = Objects.requireNonNull(servers).table();
    List<String> allowed = SecuredServers.allowed(log);
    for (String account : table.principals()) {
      assertThat(allowed).as(account).anyMatch(line -> line.contains("User:" + account + " "));
    }
    assertThat(table.rights())
        .filteredOn(right -> right.principal().equals(AclTable.JOBS))
        .allMatch(right -> allowed.stream().anyMatch(right::allowed));
    assertThat(SecuredServers.refused(log)).isEmpty();
  }

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}
