package dev.attune.modelstore;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * Clients with credentials and region as every AWS tool finds them: environment, {@code ~/.aws},
 * the container's or the instance's role.
 */
public final class S3Clients {
  /** A storage that is away shall not hold up who asks what is live. */
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /** Between two packets; a bundle may be large. */
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

  private S3Clients() {}

  /**
   * A client, to be kept.
   *
   * @param endpoint of a storage that is not Amazon's; null: Amazon's
   */
  public static S3Client create(@Nullable URI endpoint) {
    S3ClientBuilder builder =
        S3Client.builder()
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT))
            // bundles carry their own SHA-256; other storages know no trailing checksums
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
    if (endpoint != null) {
      builder.endpointOverride(endpoint).forcePathStyle(true);
      if (System.getenv("AWS_REGION") == null && System.getProperty("aws.region") == null) {
        builder.region(Region.US_EAST_1); // others have none, but the signature wants one
      }
    }
    return builder.build();
  }
}
