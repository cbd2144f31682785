package dev.attune.modelstore;

import java.net.URI;
import java.nio.file.Path;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobApiMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;

/** S3Proxy over a folder: a real server of the protocol, which checks signatures. */
final class StorageServer implements AutoCloseable {
  static final String BUCKET = "models";
  static final String KEY = "attune-test";
  static final String SECRET = "only for this test";

  private final BlobStoreContext context;
  private final S3Proxy server;

  StorageServer(Path folder) throws Exception {
    var settings = new Properties();
    settings.setProperty("jclouds.filesystem.basedir", folder.toString());
    context =
        ContextBuilder.newBuilder(new FilesystemNio2BlobApiMetadata())
            .credentials(KEY, SECRET)
            .overrides(settings)
            .build(BlobStoreContext.class);
    BlobStore store = context.getBlobStore();
    store.createContainerInLocation(null, BUCKET);
    server =
        S3Proxy.builder()
            .blobStore(store)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
            .build();
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getPort());
  }

  @Override
  public void close() throws Exception {
    server.stop();
    context.close();
  }
}
