package dev.attune.training.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.UncertainMessages.Message;
import dev.attune.training.train.SmallShop;
import dev.attune.training.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the model is unsure a person is asked, and the answer is learned. */
class PersonLabelsTest {
  private static final Instant NOW = Instant.parse("2026-02-01T00:00:00Z");

  /** Nobody opened an issue after it, so nothing but a person can tell what it was about. */
  private static final String UNTOLD =
      """
      {"eventId":"odd","type":"message_sent","userId":"u99","occurredAt":"%s","locale":"en",\
      "message_sent":{"text":"my parcel and my password"}}
      """
          .formatted(Instant.ofEpochMilli(SmallShop.START + 20 * 3_600_000L));

  @TempDir private Path dir;
  private Playbook playbook;
  private Path events;
  private Path kept;

  @BeforeEach
  void makeAShop() throws Exception {
    playbook =
        SmallShop.playbook(
            dir.resolve("shop"),
            training ->
                training.replace(
                    "min_rows: 5}", "min_rows: 5, values: [refund, shipping, account]}"));
    events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    Files.writeString(events, UNTOLD, StandardOpenOption.APPEND);
    kept = dir.resolve("kept/shop.csv");
  }

  @Test
  void whatAPersonSaysOfAMessageIsLearned() throws Exception {
    int before = train(PersonLabels.none(), "before").rows();

    assertThat(add("eventId,text,label\nodd,whatever,account\nother,x,\n")).isEqualTo(1);
    PersonLabels labels = PersonLabels.load(kept);

    assertThat(labels.of("odd")).isEqualTo("account");
    assertThat(labels.of("other")).as("no label was given").isNull();
    assertThat(train(labels, "after").rows()).isEqualTo(before + 1);
  }

  @Test
  void labelsGivenElsewhereAreLearnedToo() throws Exception {
    int before = train(PersonLabels.none(), "without").rows();
    add("eventId,label\nodd,account\nother,refund\n");

    PersonLabels both = PersonLabels.load(kept).and(Map.of("odd", "shipping"));

    assertThat(both.of("odd")).isEqualTo("shipping");
    assertThat(both.of("other")).isEqualTo("refund");
    assertThat(train(PersonLabels.none().and(Map.of("odd", "shipping")), "with").rows())
        .isEqualTo(before + 1);
  }

  @Test
  void theNewestWordIsTheLastOne() throws Exception {
    add("eventId,label\nodd,account\nodder,refund\n");
    add("label,eventId\nshipping,odd\n");

    PersonLabels labels = PersonLabels.load(kept);
    assertThat(labels.size()).isEqualTo(2);
    assertThat(labels.of("odd")).isEqualTo("shipping");
    assertThat(labels.of("odder")).isEqualTo("refund");
    assertThat(Files.readString(kept))
        .as("ids and labels only")
        .isEqualTo("eventId,label\r\nodd,shipping\r\nodder,refund\r\n");
  }

  @Test
  void aSheetWithWrongLinesNamesThemAllAndChangesNothing() throws Exception {
    add("eventId,label\nodd,account\n");

    assertThatThrownBy(
            () ->
                add(
                    """
                    eventId,text,label
                    odd,fine,refund
                    odder,"two
                    lines",weather
                    short
                    ,no id,shipping
                    oddest,,Refund
                    """))
        .isInstanceOf(UserFault.class)
        .message()
        .endsWith(
            """
            filled.csv has wrong lines; nothing of it was taken in.
              line 3: `weather` of event odder is none of the labels.
              line 6: `shipping` has no eventId.
              line 7: `Refund` of event oddest is none of the labels.
            The labels are: refund, shipping, account"""
                .replace("\n", System.lineSeparator()));

    assertThat(Files.readString(kept)).isEqualTo("eventId,label\r\nodd,account\r\n");
  }

  @Test
  void ofManyWrongLinesTheFirstAreNamed() {
    assertThatThrownBy(() -> add("eventId,label\n" + "odd,weather\n".repeat(22)))
        .hasMessageContaining("line 21:")
        .hasMessageContaining("and 2 more")
        .hasMessageNotContaining("line 22:");
    assertThat(kept).doesNotExist();
  }

  @Test
  void whatIsNoSheetIsNotTakenIn() throws Exception {
    assertThatThrownBy(() -> add("id,label\nodd,account\n")).hasMessageContaining("eventId");
    assertThatThrownBy(() -> add("")).hasMessageContaining("eventId");
    Path latin = Files.write(dir.resolve("latin.csv"), new byte[] {'"', (byte) 0xe9, '"'});
    assertThatThrownBy(() -> take(latin)).hasMessageEndingWith("save it as CSV in UTF-8.");
    assertThat(kept).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eventId,text,label\r\nodd,\"a;b\",account\r\n",
        "\uFEFFeventId;text;label\nodd;a,b;account",
        "\uFEFF\"eventId\",\"label\"\n\"odd\",\" account \"\n\n",
      })
  void aSheetIsReadAsSpreadsheetsSaveIt(String sheet) throws Exception {
    assertThat(add(sheet)).isEqualTo(1);
    assertThat(PersonLabels.load(kept).of("odd")).isEqualTo("account");
  }

  @Test
  void noSpreadsheetComputesWhatCustomersWrote() throws Exception {
    Files.writeString(
        events,
        UNTOLD.replace("\"odd\"", "\"odder\"").replace("my parcel", "=HYPERLINK(1) my parcel")
            + UNTOLD.replace("\"odd\"", "\"=1+1\"").replace("my parcel", "another parcel"),
        StandardOpenOption.APPEND);
    ModelBundle model = ModelBundle.load(train(PersonLabels.none(), "formulas").dir());
    Path sheet = dir.resolve("formulas.csv");

    UncertainMessages.write(find(model, PersonLabels.none()), sheet);

    assertThat(Files.readAllLines(sheet))
        .anyMatch(line -> line.startsWith("odder,'=HYPERLINK(1) my parcel"))
        .noneMatch(line -> line.contains("another parcel"));
  }

  @Test
  void theLeastSureMessagesAreAskedForOnceAText() throws Exception {
    ModelBundle model = ModelBundle.load(train(PersonLabels.none(), "sure").dir());

    List<Message> found = find(model, PersonLabels.none());

    assertThat(found).extracting(Message::margin).isSorted();
    assertThat(found).extracting(Message::text).doesNotHaveDuplicates().hasSize(10);
    assertThat(found.getFirst().margin()).isLessThan(found.getLast().margin());
    assertThat(found).extracting(Message::eventId).contains("odd");
    Path sheet = dir.resolve("sheet.csv");
    UncertainMessages.write(found, sheet);
    assertThat(Files.readAllLines(sheet).getFirst())
        .isEqualTo("eventId,text,label,likeliest,probability,second");

    add(Files.readString(sheet).replace("my parcel and my password,", "x,account"));
    assertThat(find(model, PersonLabels.load(kept)))
        .as("what has a label is not asked again")
        .extracting(Message::eventId)
        .doesNotContain("odd")
        .hasSize(9);

    Message last = found.getLast();
    assertThat(find(model, PersonLabels.none().and(Map.of(last.eventId(), "refund"))))
        .as("nor is another message with the same text")
        .extracting(Message::text)
        .doesNotContain(last.text())
        .hasSize(9);
  }

  private List<Message> find(ModelBundle model, PersonLabels known) {
    return new UncertainMessages(playbook, model, known, ErasedUsers.none())
        .find(EventSource.of(events), TimeRange.ALL, 100, Progress.SILENT);
  }

  private int add(String sheet) throws Exception {
    return take(Files.writeString(dir.resolve("filled.csv"), sheet));
  }

  private int take(Path sheet) {
    return PersonLabels.add(sheet, Objects.requireNonNull(playbook.training().label()), kept);
  }

  private Trainer.Result train(PersonLabels people, String name) throws Exception {
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(events),
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            new ModelRegistry(dir.resolve(name)),
            NOW,
            ErasedUsers.none(),
            people,
            null,
            false),
        Progress.SILENT);
  }
}
