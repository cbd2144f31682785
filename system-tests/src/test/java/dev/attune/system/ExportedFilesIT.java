package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.StorageServer;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.warehouse.Warehouse;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others read of an export, and what of somebody is left in it. */
class ExportedFilesIT {
  private static final Pattern SQL = Pattern.compile("```sql\\n(.*?)```", Pattern.DOTALL);

  private final RunningStack stack = RunningStack.shared();

  @TempDir private Path folder;

  /** In a bucket as in a folder: no table keeps a row of who was erased. */
  @Test
  void whoIsErasedIsTakenOutOfEveryTableOfABucket() throws Exception {
    Path buckets = Files.createDirectory(folder.resolve("buckets"));
    try (var storage = new StorageServer(buckets, "lake")) {
      visit("files-gone");
      visit("files-kept");
      Eventually.holds(
          "all of both is exported",
          () -> {
            export(storage);
            return rows(storage, "files-gone").equals(List.of(true, true, true))
                && rows(storage, "files-kept").equals(List.of(true, true, true));
          });

      var unused = stack.responses.erase("files-gone");

      Eventually.holds(
          "nothing of one is left",
          () -> {
            export(storage);
            return rows(storage, "files-gone").equals(List.of(false, false, false));
          });
      assertThat(rows(storage, "files-kept")).containsExactly(true, true, true);
    }
  }

  /** Whether events, decisions and sessions have a row of a user. */
  private static List<Boolean> rows(StorageServer storage, String user) {
    List<SpecificRecord> all = new ArrayList<>();
    List<Boolean> has = new ArrayList<>();
    for (Table table : List.of(Table.EVENTS, Table.DECISIONS, Table.SESSIONS)) {
      all.clear();
      new Warehouse(WarehouseFiles.at("s3://lake/attune", storage.endpoint()))
          .read(table, Long.MIN_VALUE, Long.MAX_VALUE, all::add);
      has.add(all.stream().anyMatch(row -> user(row).equals(user)));
    }
    return has;
  }

  private static String user(SpecificRecord row) {
    return switch (row) {
      case InteractionEvent event -> event.getUserId();
      case Decision decision -> decision.getUserId();
      case Session session -> session.getUserId();
      default -> throw new AssertionError(row);
    };
  }

  @Test
  void theStatementsOfTheGuideAndTheTrialOfFeaturesReadIt() throws Exception {
    visit("files-read");
    Eventually.holds(
        "it is exported",
        () -> {
          AttuneCommand.printed(stack.settings(), "export", "--out", folder.toString());
          List<SpecificRecord> decisions = new ArrayList<>();
          new Warehouse(WarehouseFiles.at(folder.toString(), null))
              .read(Table.DECISIONS, Long.MIN_VALUE, Long.MAX_VALUE, decisions::add);
          return decisions.stream().anyMatch(row -> user(row).equals("files-read"));
        });
    List<String> statements = statements();
    assertThat(statements).hasSize(2);

    List<Map<String, String>> byDay = query(statements.getFirst());
    assertThat(byDay)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row).containsOnlyKeys("day", "replies", "personalized"));
    assertThat(
            byDay.stream().mapToLong(row -> Long.parseLong(row.getOrDefault("replies", ""))).sum())
        .isPositive();
    assertThat(query(statements.getLast()))
        .hasSizeBetween(1, 10)
        .allSatisfy(ExportedFilesIT::hasPageAndUsers);
    String allPages = statements.getLast().replace("LIMIT 10", "");
    assertThat(allPages)
        .as("other tests' pages may fill the ten")
        .isNotEqualTo(statements.getLast());
    assertThat(query(allPages)).contains(Map.of("page", "/files/files-read", "users", "1"));

    assertThat(
            AttuneCommand.printed(
                stack.settings(),
                "features",
                "try",
                folder.toString(),
                "--user",
                "files-read",
                "--feature",
                "last_page"))
        .anyMatch(line -> line.matches(" +last_page +unknown → /files/files-read"));
    assertThat(AttuneCommand.printed(stack.settings(), "features", "try", folder.toString()))
        .first()
        .asString()
        .matches("[\\d,]+ events of [\\d,]+ users; .*");
  }

  private static void hasPageAndUsers(Map<String, String> row) {
    assertThat(row).containsOnlyKeys("page", "users");
  }

  private static List<String> statements() throws Exception {
    Matcher found =
        SQL.matcher(Files.readString(Checkout.find().root().resolve("docs/warehouse.md")));
    return found.results().map(result -> result.group(1)).toList();
  }

  private List<Map<String, String>> query(String statement) throws SQLException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement asked = duckdb.createStatement();
        ResultSet result =
            asked.executeQuery(statement.replace(".attune/export", folder.toString()))) {
      while (result.next()) {
        Map<String, String> row = new HashMap<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.put(result.getMetaData().getColumnLabel(i), String.valueOf(result.getString(i)));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** Somebody looks at a page, asks for a refund, gets a reply and leaves. */
  private void visit(String user) {
    Instant at = Instant.now().minusSeconds(60);
    assertThat(
            stack
                .gateway
                .send(
                    List.of(
                        Events.past("web", user, "session_started", at, "{}"),
                        Events.past(
                            "web",
                            user,
                            "page_viewed",
                            at.plusSeconds(1),
                            "{\"page\":\"/files/" + user + "\"}"),
                        Events.past(
                            "web",
                            user,
                            "issue_opened",
                            at.plusSeconds(2),
                            "{\"issueId\":\"" + user + "\",\"category\":\"refund\"}")))
                .rejected())
        .isEmpty();
    var unused = stack.responses.ask(new Question(user, user + "-1", "greeting", "en-US", null, 0));
    stack.gateway.send(
        List.of(Events.past("web", user, "session_ended", at.plusSeconds(30), "{}")));
  }

  private void export(StorageServer storage) throws Exception {
    Path out = folder.resolve("export.out");
    Process process =
        AttuneCommand.begin(stack.settings(), out, environment(storage.endpoint()), "export");
    try {
      assertThat(process.waitFor(Eventually.DEADLINE)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(AttuneCommand.said(out)).isZero();
  }

  private static Map<String, String> environment(URI endpoint) {
    return Map.of(
        "ATTUNE_EXPORT",
        "s3://lake/attune",
        "ATTUNE_S3_ENDPOINT",
        endpoint.toString(),
        "AWS_ACCESS_KEY_ID",
        System.getProperty("aws.accessKeyId"),
        "AWS_SECRET_ACCESS_KEY",
        System.getProperty("aws.secretAccessKey"));
  }
}
