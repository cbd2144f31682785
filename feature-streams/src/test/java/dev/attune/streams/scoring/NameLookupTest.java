package dev.attune.streams.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class NameLookupTest {
  @Test
  void findsAReplicaWithAnAddressInEachFamilyOnce() throws Exception {
    assertThat(NameLookup.dns("localhost:7073"))
        .singleElement()
        .satisfies(
            address -> {
              assertThat(address.getAddress().isLoopbackAddress()).isTrue();
              assertThat(address.getPort()).isEqualTo(7073);
            });
  }

  @Test
  void saysWhenANameHasNoAddress() {
    assertThatThrownBy(() -> NameLookup.dns("nowhere.invalid:7073"))
        .isInstanceOf(UnknownHostException.class);
  }
}
