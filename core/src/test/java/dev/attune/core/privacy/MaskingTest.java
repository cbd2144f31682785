package dev.attune.core.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskingTest {
  private final Masking masking =
      new Masking(new MaskRules(true, true, true, true, Map.of("badge", "B-[0-9]+")));
  private final Masking standard = new Masking(MaskRules.standard());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "write to ada.l+x@mail.example.org.|write to [email].",
        "a@b.io and c@d.io|[email] and [email]",
        "call +34 600 123 456 now|call [phone] now",
        "call +1 (415) 555-2671|call [phone]",
        "call 415-555-2671|call [phone]",
        "call 0034 600 123 456|call [phone]",
        "card 4111111111111111|card [card]",
        "card 4111-1111-1111-1111!|card [card]!",
        "amex 378282246310005|amex [card]",
        "pay DE89 3704 0044 0532 0130 00 please|pay [iban] please",
        "GB82WEST12345698765432|[iban]",
        "badge B-77|badge [badge]",
      })
  void replacesWhatIsPersonal(String text, String masked) {
    assertThat(masking.text(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "jürgen@bücher.example|[email]",
        "o'brien_@example.org|[email]",
        "请联系ada@example.org。谢谢|请联系[email]。谢谢",
        "ada＠example．org|[email]",
        "ａｄａ@example.org|[email]",
        "ada\u200b@exam\u00adple.org|[email]",
        "/help?mail=ada%40example.org&x=1|/help?mail=[email]&x=1",
        "/help?mail=ada%2540example.org|/help?mail=[email]",
        "%61da%40example%2Eorg|[email]",
        "ada&#64;example.org and &#x61;da&#x40;example.org|[email] and [email]",
        "{\\u0022mail\\u0022:\\u0022ada\\u0040example.org\\u0022}|{\\u0022mail\\u0022:\\u0022[email]\\u0022}",
        "4111 1111 1111 1111 exp 12/27|[card] exp 12/27",
        "4111 1111 1111 1111 12/27|[card] 12/27",
        "order 12 4111 1111 1111 1111|order 12 [card]",
        "4111.1111.1111.1111|[card]",
        "4111  1111  1111  1111|[card]",
        "4111 - 1111 - 1111 - 1111|[card]",
        "4111_1111_1111_1111|[card]",
        "4111\u00a01111\u20091111\u20131111|[card]",
        "４１１１１１１１１１１１１１１１|[card]",
        "٤١١١ ١١١١ ١١١١ ١١١١|[card]",
        "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏 ok|[card] ok",
        "④①①① ①①①① ①①①① ①①①①|[card]",
        "\\ud835\\udfd2111111111111111|[card]",
        "visa4111111111111111|visa[card]",
        "/pay?card=4111+1111+1111+1111|/pay?card=[card]",
        "/pay?card=%34111111111111111|/pay?card=[card]",
        "de89370400440532013000|[iban]",
        "de89 3704 0044 0532 0130 00 bitte|[iban] bitte",
        "de89-3704-0044-0532-0130-00|[iban]",
        "gb82west12345698765432 thanks|[iban] thanks",
        "＋34 600 123 456|[phone]",
        "tel:%2B34600123456|tel:[phone]",
      })
  void seesThroughOtherSpellings(String text, String masked) {
    assertThat(standard.text(text)).isEqualTo(masked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "where is order 1234567890",
        "order 4111111111111112",
        "at 1735787045678",
        "at 2026-01-02 03:04:05.678",
        "tracking 00340434161094042557",
        "version 128.0.1, 2026-01-02 10:30",
        "DE00 3704 0044 0532 0130 00",
        "at 20 30 users, be 10 of them",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/128.0.0.0 Safari/537.36",
        "018f4a3c-5b6d-7123-8123-123456789012",
        "100%25 sure & 50% \\u off",
        "где мой заказ 12345",
        "me @ home",
        ""
      })
  void leavesOtherTextsAlone(String text) {
    assertThat(standard.text(text)).isEqualTo(text);
    assertThat(masking.text(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':'x@y.org','q':'\\'z@y.org\\''}|{'a':'[email]','q':'\\'[email]\\''}",
        "'ada\\u0040example.org'|'[email]'",
        "'\\u0061\\u0064\\u0061\\u0040example.org'|'[email]'",
        "{'n':4111111111111111,'m':1.5}|{'n':'[card]','m':1.5}",
        "[4.111111111111111e15,41111111111111110e-1]|['[card]','[card]']",
        "{'x@y.org':1,'v@w.org' : 2}|{'[email]':1,'[email] 2' : 2}",
        "{'a':{'b':['x@y.org',{'4111 1111 1111"
            + " 1111':null}]}}|{'a':{'b':['[email]',{'[card]':null}]}}",
        "'\\ud83d\\ude00 x@y.org'|'\\ud83d\\ude00 [email]'",
        "{ 'n' : 1.50, 's':'caf\\u00e9' }|{ 'n' : 1.50, 's':'caf\\u00e9' }",
      })
  void masksWhatJsonMeansAndLeavesTheRestAsItIs(String json, String masked) {
    assertThat(standard.json(json.replace('\'', '"'))).isEqualTo(masked.replace('\'', '"'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "not 'closed x@y.org|not 'closed [email]",
        "mail x@y.org 'ok' x\\u0040y.org|mail [email] 'ok' [email]",
        "{'card: 4111 1111 1111 1111|{'card: [card]",
        "'cut \\|'cut \\",
      })
  void masksBrokenJsonAsText(String text, String masked) {
    assertThat(standard.brokenJson(text.replace('\'', '"'))).isEqualTo(masked.replace('\'', '"'));
  }

  @Test
  void masksOnlyWhatTheRulesName() {
    String text = "x@y.org 4111111111111111 +34 600 123 456 DE89370400440532013000";

    assertThat(new Masking(new MaskRules(false, false, false, false, Map.of())).text(text))
        .isEqualTo(text);
    assertThat(new Masking(new MaskRules(true, false, false, false, Map.of())).text(text))
        .isEqualTo(text.replace("x@y.org", "[email]"));
  }

  @Test
  void refusesPatternsThatMatchNothing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MaskRules(true, true, true, true, Map.of("x", "a*")))
        .withMessage("attune.privacy.patterns.x must not match the empty text");
  }

  /** Whoever may send can choose what is looked through: no text takes long. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "&", "&#", "&#x", "&;", "%", "%4", "%E2", "%ff", "\\", "\\u", "\\u00", "@", "a@", "a@b.",
        "a.", ".a@", "www.", "+", "+1", "0", "0 ", "4111 ", "4-", "(", "(0)", "DE89", "DE89 ", "B-",
        "１", "①", "\u0301", "\u200b", "é", "{", "[", "\"", "\"a\":", "\":\"", "😀", "\ud800", " ",
        "-", "/", "x"
      })
  void isQuickWhateverTheText(String piece) {
    String kept = piece.repeat((128 << 10) / piece.length());
    String looked = piece.repeat((1 << 20) / piece.length());

    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> masking.brokenJson(kept));
    assertTimeoutPreemptively(Duration.ofSeconds(5), () -> FoldedText.of(looked).text());
    assertThat(FoldedText.plain(looked)).isEqualTo(FoldedText.of(looked).text());
  }
}
