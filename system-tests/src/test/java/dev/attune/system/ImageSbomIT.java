package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** An image tells scanners what is in it, by an SBOM that names each library. */
class ImageSbomIT {
  private static final String LIBRARIES = "app/libs/";

  private final Set<String> libraries = new TreeSet<>();
  private JsonNode sbom = MissingNode.getInstance();

  @ForEachProgram
  void theSbomNamesEachLibrary(String module) throws IOException {
    Path archive = BuiltImages.archive(module);
    assumeTrue(Files.isRegularFile(archive), "there are no images; ./attune images builds them");

    new ImageArchive(archive).forEachFile(this::read);

    assertThat(sbom.isObject()).as("/app/sbom/application.cdx.json is there").isTrue();
    assertThat(sbom.path("bomFormat").asString()).isEqualTo("CycloneDX");
    assertThat(sbom.at("/metadata/component/name").asString()).isEqualTo("attune-" + module);
    assertThat(libraries).as("libraries in the image").hasSizeGreaterThan(50);
    Set<String> named = named(sbom);
    assertThat(libraries)
        .filteredOn(library -> !named.contains(library))
        .as("libraries that the SBOM does not name")
        .isEmpty();
  }

  /** Leaves the layers of Debian and of Java, in which nothing is Attune's. */
  private boolean read(String path, InputStream content) throws IOException {
    if (path.equals("app/sbom/application.cdx.json")) {
      sbom = JsonMapper.shared().readTree(content.readAllBytes());
    } else if (path.startsWith(LIBRARIES)) {
      libraries.add(path.substring(LIBRARIES.length()));
    }
    return path.startsWith("app/");
  }

  /** The files that Maven's components have, by the names and versions in the SBOM. */
  private static Set<String> named(JsonNode sbom) {
    var named = new HashSet<String>();
    for (JsonNode component : sbom.path("components")) {
      String file = component.path("name").asString() + "-" + component.path("version").asString();
      String url = component.path("purl").asString("");
      int classifier = url.indexOf("classifier=");
      named.add(
          classifier < 0
              ? file + ".jar"
              : file + "-" + url.substring(classifier + 11).replaceFirst("&.*", "") + ".jar");
    }
    return named;
  }
}
