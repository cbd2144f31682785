package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaServerTest {
  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"plain", "jos\u00e9", "\u65e5\u672c", "back\\slash", "a space"})
  void keepsItsDataInItsFolderWhateverThatIsCalled(String name) throws IOException {
    Path folder = home.resolve(name);

    Properties read = prepared(new KafkaServer("", folder, 7092, 7093));

    assertThat(read).containsEntry("log.dirs", folder.resolve("data").toString());
    assertThat(read)
        .containsEntry("listeners", "BROKER://127.0.0.1:7092,CONTROLLER://127.0.0.1:7093")
        .containsEntry("controller.quorum.voters", "1@127.0.0.1:7093");
  }

  @Test
  void asksItsUsersForThePasswordsThatTheyHave() throws IOException {
    Path keystore = home.resolve("cl\u00e9.p12");
    var security = new KafkaSecurity(keystore, "st\u00f6re\\", Map.of("admin", "p\u00e4ss"));

    Properties read = prepared(new KafkaServer("", home, 7092, 7093, security));

    assertThat(read)
        .containsEntry("ssl.keystore.location", keystore.toString())
        .containsEntry("ssl.keystore.password", "st\u00f6re\\");
    assertThat(read.getProperty("listener.name.broker.scram-sha-512.sasl.jaas.config"))
        .contains("password=\"p\u00e4ss\"");
  }

  /** What Kafka reads of the server's file; its folder counts as made. */
  private static Properties prepared(KafkaServer server) throws IOException {
    Path data = Files.createDirectories(server.directory().resolve("data"));
    Files.writeString(data.resolve("meta.properties"), "");
    server.prepare();
    return Utils.loadProps(server.directory().resolve("server.properties").toString());
  }
}
