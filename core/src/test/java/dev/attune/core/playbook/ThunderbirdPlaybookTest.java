package dev.attune.core.playbook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.Events;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.user.UserEngine;
import dev.attune.schemas.Position;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forum asks in many languages; each must have words and letters of its own to learn from. */
class ThunderbirdPlaybookTest {
  private final UserEngine engine = Playbook.load(Path.of("../playbooks/thunderbird")).engine();

  private FeatureRow asked(String locale, String text) {
    var event = Events.message(0, text);
    event.setLocale(locale);
    return engine.apply(null, event, new Position(0, 0, 0)).row();
  }

  @ParameterizedTest
  @CsvSource({
    "en-US, I cannot send email since the update",
    "de, Ich kann seit dem Update keine E-Mails mehr senden",
    "fr, Je ne peux plus envoyer de courriel depuis la mise à jour",
    "es, No puedo enviar correo desde la actualización",
    "it, Non riesco a inviare posta dopo l’aggiornamento",
    "ja, 更新後にメールを送信できません",
    "ru, После обновления не отправляется почта",
    "ar, لا أستطيع إرسال البريد بعد التحديث"
  })
  void readsTheTextOfEveryLocale(String locale, String text) {
    FeatureRow row = asked(locale, text);

    assertThat(row.categories()).contains(locale);
    assertThat(row.tokens()[0].size()).isGreaterThan(6);
    // a script without spaces has its characters among the words
    assertThat(row.tokens()[1].size()).isGreaterThan(locale.equals("ja") ? -1 : 6);
  }

  @Test
  void tellsTheSameQuestionInTwoLanguagesApart() {
    Set<Integer> english = hashes(asked("en-US", "cannot send email").tokens()[0]);
    Set<Integer> german = hashes(asked("de", "kann nichts senden").tokens()[0]);

    english.retainAll(german);
    assertThat(english).isEmpty();
  }

  private static Set<Integer> hashes(TokenBag bag) {
    Set<Integer> hashes = new HashSet<>();
    for (int hash : bag.hashes()) {
      hashes.add(hash);
    }
    return hashes;
  }
}
