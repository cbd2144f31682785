package dev.attune.gateway.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.gateway.privacy.PrivacySettings.WithoutConsent;
import dev.attune.schemas.avro.EventContext;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.MessageSent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsentFilterTest {
  private final ConsentFilter stripping = filter(WithoutConsent.STRIP);

  @Test
  void withoutConsentOnlyTheLengthOfATextIsKept() {
    InteractionEvent event = message("hello", false);

    assertThat(stripping.honour(event)).isTrue();

    assertThat(event.getMessageSent()).isEqualTo(new MessageSent(null, 5));
    assertThat(event.getContext().getReferrer()).isNull();
  }

  @Test
  void withoutConsentAnEventCanBeRefusedOrKept() {
    InteractionEvent event = message("hello", false);

    assertThat(filter(WithoutConsent.REFUSE).honour(event)).isFalse();
    assertThat(filter(WithoutConsent.KEEP).honour(event)).isTrue();
    assertThat(event.getMessageSent().getText()).isEqualTo("hello");
    assertThat(filter(WithoutConsent.REFUSE).honour(message("hello", true))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"context\":{\"consent\":false}}",
        "{\"context\":{\"consent\" :\n false },\"type\":1}",
        "{\"context\":{\"con\\u0073ent\":false}}",
        "{\"context\":{\"consent\":\"no\"}}",
        "{\"context\":{\"consent\":0}}",
        "{\"context\":{\"consent\":true,\"consent\":false}}",
        "{\"context\":{\"consent\":"
      })
  void keepsNothingOfARefusedEventWithoutConsent(String json) {
    assertThat(stripping.allowsKeeping(json)).isFalse();
    assertThat(filter(WithoutConsent.REFUSE).allowsKeeping(json)).isFalse();
    assertThat(filter(WithoutConsent.KEEP).allowsKeeping(json)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"context\":{\"consent\":true}}",
        "{\"context\":{\"consent\":null}}",
        "{\"message_sent\":{\"text\":\"I gave my consent: false alarm\"}}",
        "not JSON"
      })
  void keepsARefusedEventOtherwise(String json) {
    assertThat(stripping.allowsKeeping(json)).isTrue();
  }

  @Test
  void knowsTheConsentOfARefusedRecord() {
    assertThat(stripping.allowsKeeping(message("hello", false))).isFalse();
    assertThat(stripping.allowsKeeping(message("hello", true))).isTrue();
    assertThat(stripping.allowsKeeping(new InteractionEvent())).isTrue();
    assertThat(filter(WithoutConsent.KEEP).allowsKeeping(message("hello", false))).isTrue();
  }

  private static InteractionEvent message(String text, boolean consent) {
    InteractionEvent event = new InteractionEvent();
    event.setContext(
        EventContext.newBuilder().setReferrer("https://a.example").setConsent(consent).build());
    event.setMessageSent(new MessageSent(text, text.length()));
    return event;
  }

  private static ConsentFilter filter(WithoutConsent withoutConsent) {
    return new ConsentFilter(
        new PrivacySettings(true, true, true, true, Map.of(), List.of(), withoutConsent));
  }
}
