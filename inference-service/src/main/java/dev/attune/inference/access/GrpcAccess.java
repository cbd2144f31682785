package dev.attune.inference.access;

import dev.attune.core.access.Scope;
import dev.attune.inference.access.SecretKeyCheck.Finding;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.EnumSet;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;

/**
 * Refuses gRPC calls without a secret key of scope models or a client certificate of a listed
 * subject, which the server's trust store vouches for. Open are only the health and metadata calls
 * named here, so a new method is closed until someone decides. A stream is judged when it opens.
 */
public final class GrpcAccess implements ServerInterceptor {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Set<String> OPEN =
      Set.of(
          GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getModelReadyMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getServerMetadataMethod().getFullMethodName(),
          GRPCInferenceServiceGrpc.getModelMetadataMethod().getFullMethodName());

  private final SecretKeyCheck secrets;
  private final Set<X500Principal> subjects;

  /**
   * @param subjects whose certificates admit
   */
  public GrpcAccess(SecretKeyCheck secrets, Set<X500Principal> subjects) {
    this.secrets = secrets;
    this.subjects = Set.copyOf(subjects);
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (OPEN.contains(call.getMethodDescriptor().getFullMethodName()) || isListed(call)) {
      return next.startCall(call, headers);
    }
    return switch (secrets.check(headers.get(AUTHORIZATION), EnumSet.of(Scope.MODELS))) {
      case Finding.Admitted _ -> next.startCall(call, headers);
      case Finding.Unauthenticated(String why) -> refuse(call, Status.UNAUTHENTICATED, why);
      case Finding.Forbidden(String why) -> refuse(call, Status.PERMISSION_DENIED, why);
    };
  }

  private static <Q, A> ServerCall.Listener<Q> refuse(
      ServerCall<Q, A> call, Status status, String why) {
    call.close(status.withDescription(why), new Metadata());
    return new ServerCall.Listener<>() {};
  }

  private boolean isListed(ServerCall<?, ?> call) {
    SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
    if (session == null || subjects.isEmpty()) {
      return false;
    }
    try {
      return session.getPeerPrincipal() instanceof X500Principal subject
          && subjects.contains(subject);
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }
}
