package dev.attune.training.serve;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** Refuses calls without the secret as bearer token; an empty secret admits all. */
record SecretCheck(String secret) implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (secret.isEmpty() || matches(headers.get(AUTHORIZATION))) {
      return next.startCall(call, headers);
    }
    call.close(Status.UNAUTHENTICATED.withDescription("a secret is needed"), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  /** In constant time. */
  private boolean matches(@Nullable String given) {
    byte[] wanted = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    return given != null && MessageDigest.isEqual(wanted, given.getBytes(StandardCharsets.UTF_8));
  }
}
