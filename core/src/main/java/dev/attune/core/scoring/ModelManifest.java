package dev.attune.core.scoring;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import dev.attune.core.scoring.RolloutProgress.Step;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a bundle says of itself: {@code manifest.json}.
 *
 * @param name the model's name in the inference API, {@code intent}
 * @param version unique within a playbook, such as {@code 2026-01-02.1}
 * @param featureSetId the features it was trained on; a row of another set is refused
 * @param labels in the order of the probabilities; one label of a regression names its value
 * @param encodings features and segments to dense columns, in order
 * @param metrics what the evaluation measured, by name; shares are 0 to 1
 * @param created RFC 3339
 * @param checksums SHA-256 in hex by file name, of every file but the manifest
 * @param selfCheck rows with the result they must give, recomputed at each load
 * @param references distributions of the training rows of users of all ages
 * @param remote where the model is served, when the bundle holds none
 * @param baseMargins the margins before the first tree as XGBoost gives them itself, one an output;
 *     empty: as computed from the model file
 * @param referencesByAge distributions of the training rows by the users' age, which drift is
 *     measured against; empty in bundles of earlier versions
 * @param calibration makes probabilities of the margins; null: they are used as they are
 * @param sentenceShare how much the sentence model counts beside the trees, 0 to 1; 0: not at all
 * @param gateFailures why it must not go live, by the gates of the playbook that it was made for
 * @param comparedWith the live version of then, which it has to be better than; null: with none
 * @param needs what it has to pass before it goes live, beside its gates
 */
public record ModelManifest(
    String name,
    String version,
    String playbook,
    String featureSetId,
    List<String> labels,
    List<Encoding> encodings,
    Map<String, Double> metrics,
    DataRange data,
    String created,
    Map<String, String> checksums,
    List<SelfCheck> selfCheck,
    List<Reference> references,
    @Nullable Remote remote,
    List<Float> baseMargins,
    List<AgeReferences> referencesByAge,
    @Nullable Calibration calibration,
    @JsonInclude(Include.NON_DEFAULT) float sentenceShare,
    List<String> gateFailures,
    @Nullable String comparedWith,
    @JsonInclude(Include.NON_EMPTY) List<Step> needs) {
  /** The reference of the winning labels; no feature's name starts with an at sign. */
  public static final String PREDICTION = "@prediction";

  /** The reference of the winning labels' probabilities. */
  public static final String CONFIDENCE = "@confidence";

  /** The reference of the users' ages, in milliseconds. */
  public static final String AGE = "@age";

  public ModelManifest {
    playbook = playbook == null ? "" : playbook;
    featureSetId = featureSetId == null ? "" : featureSetId;
    labels = labels == null ? List.of() : List.copyOf(labels);
    encodings = encodings == null ? List.of() : List.copyOf(encodings);
    metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
    data = data == null ? new DataRange("", "", 0, 0) : data;
    created = created == null ? "" : created;
    checksums = checksums == null ? Map.of() : Map.copyOf(checksums);
    selfCheck = selfCheck == null ? List.of() : List.copyOf(selfCheck);
    references = references == null ? List.of() : List.copyOf(references);
    baseMargins = baseMargins == null ? List.of() : List.copyOf(baseMargins);
    referencesByAge = referencesByAge == null ? List.of() : List.copyOf(referencesByAge);
    if (!(sentenceShare >= 0 && sentenceShare <= 1)) {
      throw new IllegalArgumentException("sentenceShare is 0 to 1, not " + sentenceShare);
    }
    gateFailures = gateFailures == null ? List.of() : List.copyOf(gateFailures);
    needs = needs == null ? List.of() : List.copyOf(needs);
  }

  /** The segments that it was trained on, in the order of their columns. */
  public List<Encoding.Segment> segments() {
    return RowFit.segments(encodings);
  }

  /**
   * Whether it can score rows of these features and segments.
   *
   * @param definitions the ids of the segments' definitions
   */
  public boolean fits(String featureSetId, Collection<String> definitions) {
    return this.featureSetId.equals(featureSetId)
        && segments().stream().map(Encoding.Segment::definition).allMatch(definitions::contains);
  }

  /** A manifest to be filled in. */
  public static Builder builder(String name, String version) {
    return new Builder(name, version);
  }

  /** A manifest like this one, to be changed. */
  public Builder toBuilder() {
    return toBuilder(version);
  }

  /** The same for another version. */
  public Builder toBuilder(String otherVersion) {
    return new Builder(name, otherVersion)
        .playbook(playbook)
        .columns(featureSetId, encodings)
        .labels(labels)
        .evaluated(metrics, data)
        .created(created)
        .checksums(checksums)
        .selfCheck(selfCheck)
        .references(references)
        .remote(remote)
        .baseMargins(baseMargins)
        .referencesByAge(referencesByAge)
        .calibration(calibration)
        .sentenceShare(sentenceShare)
        .gateFailures(gateFailures)
        .comparedWith(comparedWith)
        .needs(needs);
  }

  /** Fills a manifest in; what is not given is empty. */
  public static final class Builder {
    private final String name;
    private final String version;
    private String playbook = "";
    private String featureSetId = "";
    private List<String> labels = List.of();
    private List<Encoding> encodings = List.of();
    private Map<String, Double> metrics = Map.of();
    private DataRange data = new DataRange("", "", 0, 0);
    private String created = "";
    private Map<String, String> checksums = Map.of();
    private List<SelfCheck> selfCheck = List.of();
    private List<Reference> references = List.of();
    private @Nullable Remote remote;
    private List<Float> baseMargins = List.of();
    private List<AgeReferences> referencesByAge = List.of();
    private @Nullable Calibration calibration;
    private float sentenceShare;
    private List<String> gateFailures = List.of();
    private @Nullable String comparedWith;
    private List<Step> needs = List.of();

    private Builder(String name, String version) {
      this.name = name;
      this.version = version;
    }

    public Builder playbook(String name) {
      playbook = name;
      return this;
    }

    public Builder columns(String featureSetId, List<Encoding> encodings) {
      this.featureSetId = featureSetId;
      this.encodings = encodings;
      return this;
    }

    public Builder labels(List<String> inOrder) {
      labels = inOrder;
      return this;
    }

    public Builder evaluated(Map<String, Double> metrics, DataRange data) {
      this.metrics = metrics;
      this.data = data;
      return this;
    }

    public Builder created(String rfc3339) {
      created = rfc3339;
      return this;
    }

    public Builder checksums(Map<String, String> byFile) {
      checksums = byFile;
      return this;
    }

    public Builder selfCheck(List<SelfCheck> rows) {
      selfCheck = rows;
      return this;
    }

    public Builder references(List<Reference> distributions) {
      references = distributions;
      return this;
    }

    public Builder remote(@Nullable Remote server) {
      remote = server;
      return this;
    }

    public Builder gateFailures(List<String> failures) {
      gateFailures = failures;
      return this;
    }

    public Builder comparedWith(@Nullable String liveVersion) {
      comparedWith = liveVersion;
      return this;
    }

    public Builder needs(List<Step> steps) {
      needs = steps;
      return this;
    }

    public Builder baseMargins(List<Float> margins) {
      baseMargins = margins;
      return this;
    }

    public Builder referencesByAge(List<AgeReferences> distributions) {
      referencesByAge = distributions;
      return this;
    }

    public Builder calibration(@Nullable Calibration ofMargins) {
      calibration = ofMargins;
      return this;
    }

    public Builder sentenceShare(float share) {
      sentenceShare = share;
      return this;
    }

    public ModelManifest build() {
      return new ModelManifest(
          name,
          version,
          playbook,
          featureSetId,
          labels,
          encodings,
          metrics,
          data,
          created,
          checksums,
          selfCheck,
          references,
          remote,
          baseMargins,
          referencesByAge,
          calibration,
          sentenceShare,
          gateFailures,
          comparedWith,
          needs);
    }
  }

  /**
   * A server of the Open Inference Protocol (gRPC) that holds the model. It gets the encoded dense
   * row as FP32 [rows, columns]; the encodings stay here, in the bundle.
   *
   * @param target {@code host:port}
   * @param model its name there
   * @param version its version there; null: the server's choice
   * @param tls whether the connection is encrypted, by the JVM's trust store
   * @param timeoutMillis longest wait for an answer; absent: 50
   * @param input name of the input tensor; absent: {@code features}
   * @param output name of the output FP32 [rows, labels]; absent: {@code probabilities}
   * @param fallback the version, here in the registry, that answers when the server doesn't; null:
   *     nobody does, and the caller tries again
   */
  public record Remote(
      String target,
      String model,
      @Nullable String version,
      boolean tls,
      int timeoutMillis,
      @Nullable String input,
      @Nullable String output,
      @Nullable String fallback) {
    private static final int TIMEOUT_MILLIS = 50;

    public Remote {
      version = version == null ? "" : version;
      timeoutMillis = timeoutMillis <= 0 ? TIMEOUT_MILLIS : timeoutMillis;
      input = input == null ? "features" : input;
      output = output == null ? "probabilities" : output;
    }
  }

  /**
   * Rows trained on and evaluated on; times in RFC 3339.
   *
   * @param moments types of the events whose rows they are; none: any
   */
  public record DataRange(
      String from, String to, int trainingRows, int evaluationRows, List<String> moments) {
    public DataRange {
      moments = moments == null ? List.of() : List.copyOf(moments);
    }

    public DataRange(String from, String to, int trainingRows, int evaluationRows) {
      this(from, to, trainingRows, evaluationRows, List.of());
    }
  }

  /**
   * A row and what must come of it. The values are drawn column by column from the training rows,
   * so that no row is a person's.
   *
   * @param numbers as in a feature row; null is missing
   * @param tokens one bag a text feature
   * @param encoded the dense row; null is missing
   * @param margins the model's raw scores, to the bit
   * @param memberships whether in a segment, by its definition; null: not known
   * @param message made-up numbers in place of an encoded message: an encoder's own may differ in
   *     their last digits from one kind of processor to another; null: no message
   */
  public record SelfCheck(
      List<@Nullable Double> numbers,
      List<@Nullable String> categories,
      List<Tokens> tokens,
      List<@Nullable Float> encoded,
      List<Float> margins,
      @Nullable Map<String, Boolean> memberships,
      @JsonInclude(Include.NON_NULL) @Nullable List<Float> message) {}

  /** A token bag in the manifest. */
  public record Tokens(List<Integer> hashes, List<Integer> counts) {}

  /**
   * Shares of the training rows: for a number by {@code edges} (share i lies below edge i, the last
   * above all), for a category by {@code values} (the last share is every other value).
   *
   * @param missing share of rows without a value
   * @param rows how many independent rows they are of; 0: not known
   */
  public record Reference(
      String feature,
      @Nullable List<Double> edges,
      @Nullable List<String> values,
      List<Double> shares,
      double missing,
      double rows) {}

  /**
   * References of users of one age, the time since their first event.
   *
   * @param fromMillis the least age
   * @param toMillis the least age of the next bucket; null: no end
   */
  public record AgeReferences(
      long fromMillis, @Nullable Long toMillis, List<Reference> references) {}
}
