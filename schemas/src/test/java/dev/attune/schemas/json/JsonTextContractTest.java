package dev.attune.schemas.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What everything that walks a text in JSON keeps to. */
@ParameterizedClass
@EnumSource
class JsonTextContractTest {
  enum Kind {
    SCANNER(JsonScanner::new),
    JACKSON(JacksonText::new);

    private final JsonText.Walker walker;

    Kind(JsonText.Walker walker) {
      this.walker = walker;
    }
  }

  private static final List<String> SCALARS =
      List.of("0", "-1.5e3", "true", "false", "null", "\"\"", "\"ü\\n\"", "\"\\ud800\"");

  private final Kind kind;

  JsonTextContractTest(Kind kind) {
    this.kind = kind;
  }

  private JsonText open(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return kind.walker.open(bytes, 0, bytes.length);
  }

  /** The end in bytes, behind a first byte that isn't the value's. */
  private int end(String value, String rest) {
    return open("," + value + rest).value(1) - 1;
  }

  private boolean isJson(String text) {
    JsonText json = open(text);
    int end = json.value(json.skipBlank(0));
    return end != JsonText.BAD && json.skipBlank(end) == text.getBytes(UTF_8).length;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[ ]",
        "{ \"a\" : 1 , \"a\" : [ true , null ] }",
        "[[],{},[{\"\":{}}]]",
        "0",
        "-0",
        "10.25",
        "1e5",
        "-1.0E-30",
        "1E+999999",
        "true",
        "false",
        "null",
        "\"\"",
        "\"ü 😀 \u007f \u2028\"",
        "\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00fC \\u0000\"",
        "\"\\ud83d\\ude00 \\ud800 \\udc00\\ud800\"",
        "{\"\\ud800\":\"}\"}"
      })
  void findsTheEndWhateverFollows(String value) {
    int length = value.getBytes(UTF_8).length;

    for (String rest : List.of("", " ", ",", "]", "}", "\n}")) {
      assertThat(end(value, rest)).as(value + rest).isEqualTo(length);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        "]",
        "}",
        "{",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1}",
        "{]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "{\"a\":1 \"b\":2}",
        "[{\"a\":1]",
        "\"",
        "\"a",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\t\"",
        "\"\u0000\"",
        "{\"\n\":1}",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1.e1",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "-Infinity",
        "tru",
        "truE",
        "truex",
        "nul",
        "1 2",
        "[] []",
        "[1]/**/",
        "[//\n1]",
        "[\u000b1]",
        "[\u00a01]",
        "\ufeff1"
      })
  void refusesWhatIsNoJson(String text) {
    assertThat(isJson(text)).isFalse();
    assertThat(isJson("[1," + text + "]")).isFalse();
  }

  @Test
  void goesAsDeepAndAsFarAsTheTextDoes() {
    String deep = "[{\"a\":".repeat(10_000) + "1" + "}]".repeat(10_000);
    String wide = "[" + "1,".repeat(100_000) + "\"" + "x".repeat(200_000) + "\"]";
    String digits = "1".repeat(5_000) + "." + "1".repeat(5_000) + "e" + "1".repeat(5_000);
    String name = "{\"" + "n".repeat(200_000) + "\":1}";

    for (String value : List.of(deep, wide, digits, name)) {
      assertThat(end(value, ",")).isEqualTo(value.length());
      assertThat(isJson(value.substring(0, value.length() - 2))).isEqualTo(value.equals(digits));
    }
  }

  @Test
  void looksNoFurtherThanTheLimit() {
    byte[] bytes = "[1] \"a\": 2".getBytes(UTF_8);

    assertThat(kind.walker.open(bytes, 0, 2).value(0)).isEqualTo(JsonText.BAD);
    assertThat(kind.walker.open(bytes, 0, 3).value(0)).isEqualTo(3);
    assertThat(kind.walker.open(bytes, 0, 3).skipBlank(3)).isEqualTo(3);
    assertThat(kind.walker.open(bytes, 0, 3).at(3)).isEqualTo(-1);
  }

  @Test
  void findsKeysAndWhatTheyAreFor() {
    JsonText json = open("[\"a\\\"\" :\t2, \"b\" 3]");

    assertThat(json.string(1)).isEqualTo(6);
    assertThat(json.afterColon(6)).isEqualTo(9);
    assertThat(json.string(9)).isEqualTo(JsonText.BAD);
    assertThat(json.afterColon(15)).isEqualTo(JsonText.BAD);
  }

  @Test
  void findsTheEndsOfRandomDocumentsAndOfNoneThatIsCutOff() {
    Random random = new Random(11);
    for (int round = 0; round < 2_000; round++) {
      String document = "[" + document(random, 5) + "]";

      assertThat(end(document, ",")).as(document).isEqualTo(document.getBytes(UTF_8).length);
      String cut = document.substring(0, random.nextInt(document.length()));
      assertThat(isJson(cut)).as(cut).isFalse();
    }
  }

  private static String document(Random random, int depth) {
    if (depth == 0 || random.nextInt(4) == 0) {
      return SCALARS.get(random.nextInt(SCALARS.size()));
    }
    boolean object = random.nextBoolean();
    StringBuilder text = new StringBuilder(object ? "{" : "[");
    for (int left = random.nextInt(4); left > 0; left--) {
      text.append(object ? "\"k\\u0041\" : " : "")
          .append(document(random, depth - 1))
          .append(left > 1 ? " ,\n" : "");
    }
    return text.append(object ? "}" : "]").toString();
  }
}
