package dev.attune.core.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LocaleChainTest {
  @Test
  void goesFromTheRegionToTheLanguageToTheDefault() {
    assertThat(LocaleChain.of("pt-BR", "en")).containsExactly("pt-BR", "pt", "en");
    assertThat(LocaleChain.of("ZH_hant_tw", "en"))
        .containsExactly("zh-Hant-TW", "zh-Hant", "zh", "en");
    assertThat(LocaleChain.of("es", "en")).containsExactly("es", "en");
    assertThat(LocaleChain.of(null, "en")).containsExactly("en");
    assertThat(LocaleChain.of("no locale", "en")).containsExactly("en");
  }

  @Test
  void theFirstTextOfTheChainIsUsed() {
    Map<String, String> texts = Map.of("en", "Hi", "pt", "Oi", "pt-BR", "Olá");

    assertThat(LocaleChain.resolve(texts, List.of("pt-BR", "pt", "en")))
        .isEqualTo(Map.entry("pt-BR", "Olá"));
    assertThat(LocaleChain.resolve(texts, List.of("pt-PT", "pt", "en")))
        .isEqualTo(Map.entry("pt", "Oi"));
    assertThat(LocaleChain.resolve(texts, List.of("fr", "en"))).isEqualTo(Map.entry("en", "Hi"));
    assertThatThrownBy(() -> LocaleChain.resolve(texts, List.of("fr", "de")))
        .hasMessageContaining("de");
  }

  @Test
  void aTagIsWrittenAsUsual() {
    assertThat(LocaleChain.canonical("pt_br")).isEqualTo("pt-BR");
    assertThat(LocaleChain.canonical("PT-br")).isEqualTo("pt-BR");
    assertThat(LocaleChain.canonical("und")).isEmpty();
    assertThat(LocaleChain.canonical("!")).isEmpty();
  }
}
