package dev.attune.local.infra;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/**
 * S3Proxy over a folder, for tests: a real server of the S3 protocol, which checks signatures. Who
 * uses it brings S3Proxy; the local stack has none.
 */
public final class StorageServer implements AutoCloseable {
  private static final String KEY = "attune-test";
  private static final String SECRET = "only for tests";

  private final InetAddress at;
  private final BlobStoreContext context;
  private final S3Proxy server;

  /**
   * Starts it with one empty bucket, and lets this process's clients sign with its keys.
   *
   * @throws Exception when it can't start
   */
  public StorageServer(Path folder, String bucket) throws Exception {
    this(folder, bucket, InetAddress.ofLiteral("127.0.0.1"));
  }

  /**
   * The same on another of this machine's addresses.
   *
   * @throws Exception when it can't start
   */
  public StorageServer(Path folder, String bucket, InetAddress at) throws Exception {
    this.at = at;
    System.setProperty("aws.accessKeyId", KEY);
    System.setProperty("aws.secretAccessKey", SECRET);
    var settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", folder.toString());
    context =
        ContextBuilder.newBuilder(new FilesystemNio2BlobApiMetadata())
            .credentials(KEY, SECRET)
            .overrides(settings)
            .build(BlobStoreContext.class);
    BlobStore store = context.getBlobStore();
    store.createContainerInLocation(null, bucket);
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(url(0))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            .build();
    server.start();
  }

  public URI endpoint() {
    return url(server.getPort());
  }

  private URI url(int port) {
    return URI.create("http://" + at.getHostAddress() + ":" + port);
  }

  @Override
  public void close() throws Exception {
    server.stop();
    context.close();
  }
}
