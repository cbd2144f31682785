package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.attune.local.infra.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.ComparableVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the artefacts are made of, by the SBOMs that the build puts into them. The policy is in
 * {@code deploy/supply-chain}.
 */
class SupplyChainTest {
  private static final Path ROOT = Checkout.find().root();
  private static final Path POLICY = ROOT.resolve("deploy/supply-chain");

  private record Component(String name, String version, Set<String> licences) {}

  private record Advisory(String name, String from, String mended, String id) {
    boolean concerns(Component component) {
      return name.equals(component.name)
          && compare(component.version, from) >= 0
          && compare(component.version, mended) < 0;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ingest-gateway",
        "feature-streams",
        "inference-service",
        "response-api",
        "console",
        "cli",
        "sdk/java"
      })
  void anArtefactTellsWhatItIsMadeOf(String module) throws IOException {
    assumeThat(System.getProperty("maven.mode"))
        .as("Maven makes SBOMs only while it may go online")
        .isNotEqualTo("offline=true");
    List<Component> components = components(module);

    assertThat(components).as("components").isNotEmpty();
    assertThat(components)
        .filteredOn(component -> !isAllowed(component))
        .as("components of which no licence is in %s", POLICY.resolve("licences.txt"))
        .isEmpty();
    assertThat(components)
        .flatMap(SupplyChainTest::concerning)
        .as("components with a known vulnerability")
        .isEmpty();
  }

  @Test
  void thePolicyFindsWhatItIsFor() {
    assertThat(concerning(component("org.yaml:snakeyaml", "1.33", "Apache-2.0"))).hasSize(1);
    assertThat(concerning(component("io.netty:netty-codec-http", "4.2.4.Final", "Apache-2.0")))
        .hasSize(1);
    assertThat(concerning(component("io.netty:netty-codec-http", "4.2.10.Final", "Apache-2.0")))
        .isEmpty();
    assertThat(isAllowed(component("a:b", "1", "GPL-3.0-only"))).isFalse();
    assertThat(isAllowed(component("a:b", "1", "GPL-3.0-only", "MIT"))).isTrue();
    assertThat(isAllowed(component("a:b", "1"))).isFalse();
  }

  private static Component component(String name, String version, String... licences) {
    return new Component(name, version, Set.of(licences));
  }

  private static boolean isAllowed(Component component) {
    return component.licences.stream().anyMatch(lines("licences.txt")::contains);
  }

  private static List<String> concerning(Component component) {
    return lines("advisories.tsv").stream()
        .map(line -> line.split("\t"))
        .map(words -> new Advisory(words[0], words[1], words[2], words[3]))
        .filter(advisory -> advisory.concerns(component))
        .map(advisory -> component.name + " " + component.version + ": " + advisory.id)
        .toList();
  }

  private static int compare(String one, String other) {
    return new ComparableVersion(one).compareTo(new ComparableVersion(other));
  }

  private static List<String> lines(String policy) {
    try (Stream<String> lines = Files.lines(POLICY.resolve(policy))) {
      return lines.filter(line -> !line.isBlank() && !line.startsWith("#")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Component> components(String module) throws IOException {
    Path file = ROOT.resolve(module).resolve("target/classes/META-INF/sbom/application.cdx.json");
    var components = new ArrayList<Component>();
    for (JsonNode each : JsonMapper.shared().readTree(file.toFile()).path("components")) {
      String group = each.path("group").asString("");
      if (!group.equals("dev.attune")) {
        components.add(
            new Component(
                group + ":" + each.path("name").asString(),
                each.path("version").asString(),
                licences(each)));
      }
    }
    return components;
  }

  private static Set<String> licences(JsonNode component) {
    return component
        .path("licenses")
        .valueStream()
        .flatMap(
            each ->
                Stream.of(
                    each.at("/license/id"), each.at("/license/name"), each.path("expression")))
        .filter(JsonNode::isString)
        .flatMap(node -> Stream.of(node.asString().split(" OR ")))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
