package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.drift.ReferenceBins;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with the segment {@code loyal} as a column: its rows, its explanations, its slots. */
class SegmentModelTest {
  private static final String LOYAL = "aaaaaaaaaaaaaaaa";
  private static final String OTHER = "bbbbbbbbbbbbbbbb";

  @TempDir private Path home;
  private ModelBundle bundle;

  @BeforeEach
  void load() throws Exception {
    bundle = ModelBundle.load(Bundles.writeWithSegment(home.resolve("bundle"), "1", LOYAL));
  }

  private static FeatureRow row(@Nullable Memberships memberships) {
    return Bundles.row(-0.5, "es", 4, 9).with(memberships);
  }

  private static Memberships loyal(boolean member) {
    return new Memberships(List.of(LOYAL), new boolean[] {member});
  }

  @Test
  void membershipIsAColumn() {
    assertThat(bundle.columnNames()).hasSize(6).endsWith("segment:loyal");
    assertThat(bundle.encode(row(loyal(true)))).endsWith(1f);
    assertThat(bundle.encode(row(loyal(false)))).endsWith(0f);
    assertThat(bundle.encode(row(null))).endsWith(Float.NaN);
    float[] in = bundle.margins(bundle.encode(row(loyal(true))));
    float[] out = bundle.margins(bundle.encode(row(loyal(false))));
    assertThat(in).isNotEqualTo(out);
  }

  @Test
  void otherSegmentsOfThePlaybookChangeNothing() {
    var among = new Memberships(List.of(OTHER, LOYAL), new boolean[] {false, true});

    assertThat(bundle.encode(row(among))).isEqualTo(bundle.encode(row(loyal(true))));
    assertThat(bundle.score(List.of(row(among))).getFirst().probabilities())
        .isEqualTo(bundle.score(List.of(row(loyal(true)))).getFirst().probabilities());
  }

  @Test
  void aRowWithoutTheDefinitionIsRefused() {
    FeatureRow changed = row(new Memberships(List.of(OTHER), new boolean[] {true}));
    FeatureRow none = row(new Memberships(List.of(), new boolean[0]));

    for (FeatureRow refused : List.of(changed, none)) {
      assertThat(bundle.misfit(refused)).contains("segment:loyal", LOYAL);
      assertThatThrownBy(() -> bundle.encode(refused)).hasMessageContaining("segment:loyal");
      assertThatThrownBy(() -> bundle.score(List.of(row(null), refused)))
          .hasMessageContaining("segment:loyal");
      assertThatThrownBy(
              () -> bundle.explainer().orElseThrow().explain(refused, new float[2], "billing"))
          .hasMessageContaining("segment:loyal");
    }
    assertThat(bundle.misfit(row(loyal(true)))).isNull();
    assertThat(bundle.misfit(row(null))).isNull();
  }

  @Test
  void aModelWithoutSegmentsScoresAsItDid() throws Exception {
    ModelBundle old = ModelBundle.load(Bundles.write(home.resolve("old"), "1"));

    float[] before = old.encode(row(null));

    assertThat(old.encode(row(loyal(true)))).isEqualTo(before);
    assertThat(old.misfit(row(new Memberships(List.of(), new boolean[0])))).isNull();
    assertThat(old.manifest().segments()).isEmpty();
  }

  @Test
  void aManifestWithoutMembershipsLoads() throws Exception {
    Path dir = Bundles.write(home.resolve("old"), "1");
    Path manifest = dir.resolve(BundleFiles.MANIFEST);
    String text = Files.readString(manifest).replaceAll(",\\s*\"memberships\" : null", "");

    Files.writeString(manifest, text);

    assertThat(text).doesNotContain("memberships");
    assertThat(ModelBundle.load(dir).manifest().selfCheck().getFirst().memberships()).isNull();
  }

  @Test
  void selfCheckRowsKeepTheirMemberships() {
    var check = SelfChecks.record(row(loyal(true)), new float[6], new float[2]);

    assertThat(check.memberships()).isEqualTo(Map.of(LOYAL, true));
    assertThat(SelfChecks.row(Bundles.FEATURES, check)).isEqualTo(row(loyal(true)));
  }

  @Test
  void explanationsNameTheSegment() {
    FeatureRow row = row(loyal(true));
    float[] encoded = bundle.encode(row);
    FeatureRow stored =
        new FeatureRow(
            Bundles.FEATURES, row.numbers(), row.categories(), new TokenBag[0], row.memberships());

    var explanation =
        bundle.explainer().orElseThrow().explain(stored, bundle.textScores(encoded), "shipping");

    double sum = explanation.bias();
    for (Explainer.Part part : explanation.parts()) {
      sum += part.contribution();
    }
    assertThat(sum).isCloseTo(explanation.margin(), within(1e-5));
    assertThat(explanation.parts())
        .filteredOn(part -> part.feature().equals("segment:loyal"))
        .singleElement()
        .satisfies(
            part ->
                assertThat(part.contribution())
                    .isEqualTo(bundle.forest().contributions(encoded, 1)[5])
                    .isNotZero());
  }

  @Test
  void aReferenceHasTheShareOfMembers() {
    Encoding.Segment segment = bundle.manifest().segments().getFirst();

    Reference reference =
        ReferenceBins.memberships(
            segment, Arrays.asList(loyal(true), loyal(false), loyal(false), null), 4);

    assertThat(reference.feature()).isEqualTo("segment:loyal");
    assertThat(reference.values()).containsExactly("member");
    assertThat(reference.shares()).containsExactly(1 / 3.0, 2 / 3.0);
    assertThat(reference.missing()).isEqualTo(0.25);
    assertThat(ReferenceBins.membership(segment, loyal(true))).isEqualTo("member");
    assertThat(ReferenceBins.membership(segment, loyal(false))).isEqualTo("other");
    assertThat(
            ReferenceBins.membership(
                segment, new Memberships(List.of(OTHER), new boolean[] {true})))
        .isNull();
  }

  @Test
  void noDoorLeadsIntoASlotForAVersionWhoseSegmentIsGone() throws Exception {
    ModelRegistry registry = new ModelRegistry(home.resolve("models/shop"));
    publish(registry, "1", LOYAL);
    publish(registry, "2", OTHER);
    registry.promote("1");
    registry.promote("2");
    ModelRegistry today = registry.publishing(PublishedSegments.of(List.of(OTHER)));

    Stream<ThrowingCallable> doors =
        Stream.of(
            () -> today.promote("1"),
            () -> today.canary("1", 0.1),
            () -> today.shadow("1"),
            today::rollback,
            () -> today.plans().switchFeatures(Bundles.FEATURES, "1"));

    doors.forEach(
        door ->
            assertThatThrownBy(door)
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("Version 1 was trained on segment:loyal")
                .hasMessageContaining("segments.yaml"));
    assertThat(today.assignment().orElseThrow().live().version()).isEqualTo("2");
    // the segment has its former conditions again, beside another one
    registry.publishing(PublishedSegments.of(List.of(OTHER, LOYAL))).shadow("1");
    assertThat(today.assignment().orElseThrow().shadow()).isEqualTo("1");
  }

  private static void publish(ModelRegistry registry, String version, String definition)
      throws Exception {
    Path staged = registry.stage();
    registry.publish(Bundles.writeWithSegment(staged, version, definition), version);
  }

  @Test
  void aVersionFitsTheFeaturesAndSegmentsThatItKnows() {
    ModelManifest manifest = bundle.manifest();

    assertThat(manifest.fits(Bundles.FEATURES, List.of(OTHER, LOYAL))).isTrue();
    assertThat(manifest.fits(Bundles.FEATURES, List.of(OTHER))).isFalse();
    assertThat(manifest.fits("others", List.of(LOYAL))).isFalse();
  }
}
