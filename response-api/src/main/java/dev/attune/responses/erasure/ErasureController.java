package dev.attune.responses.erasure;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.audit.Audit;
import dev.attune.schemas.json.EventRules;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The edges of erasure. All need a secret key. */
@RestController
class ErasureController {
  private final Erasures erasures;
  private final ErasureLog log;
  private final StoreProofs proofs;
  private final ErasureSettings settings;
  private final Audit audit;

  ErasureController(
      Erasures erasures,
      ErasureLog log,
      StoreProofs proofs,
      ErasureSettings settings,
      Audit audit) {
    this.erasures = erasures;
    this.log = log;
    this.proofs = proofs;
    this.settings = settings;
    this.audit = audit;
  }

  @Operation(
      operationId = "eraseUser",
      summary = "Erases a user everywhere; answers with a receipt",
      description =
          "Accepted once Kafka has it. The receipt shows what was erased where and when, or when it"
              + " expires. Later events of the user start from nothing.")
  @DeleteMapping(path = "/v1/users/{userId}", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<ReceiptBody> erase(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @PathVariable String userId) {
    caller.mustBeServer(Scope.ERASE);
    if (!EventRules.isIdentifier(userId)) {
      throw Problem.invalid("userId", "userId: 1 to 128 characters, no control characters.");
    }
    String receiptId = UUID.randomUUID().toString();
    audit.allow(caller, request, "erase", log.hash(userId), "receipt " + receiptId);
    ReceiptBody receipt = proofs.body(erasures.erase(userId, receiptId));
    return ResponseEntity.accepted()
        .location(URI.create("/v1/erasures/" + receipt.receiptId()))
        .body(receipt);
  }

  @Operation(
      operationId = "erasure",
      summary = "The proof of an erasure: for each store when it was erased or expires")
  @GetMapping(path = "/v1/erasures/{receiptId}", produces = MediaType.APPLICATION_JSON_VALUE)
  ReceiptBody receipt(@Parameter(hidden = true) Caller caller, @PathVariable String receiptId) {
    caller.mustBeServer(Scope.ERASE);
    Optional<Receipt> receipt = erasures.receipt(receiptId);
    if (receipt.isEmpty()) {
      log.mustBeComplete();
    }
    return receipt
        .map(proofs::body)
        .orElseThrow(() -> Problem.notFound("There is no such erasure."));
  }

  /** A user of the list: records up to the time are to be passed over. */
  record Excluded(String userHash, Instant until) {}

  /** With what tells whether the reader has the same secret. */
  record Exclusions(String hashKey, List<Excluded> erased) {}

  @Operation(
      operationId = "exclusions",
      summary = "The users whose older records readers of stored data must skip",
      description =
          "A user is named by the HMAC-SHA-256 of the SHA-256 of the user id in UTF-8, hexadecimal,"
              + " made with ATTUNE_ERASURE_SECRET; hashKey shows whether yours is the same.")
  @GetMapping(path = "/v1/erasures", produces = MediaType.APPLICATION_JSON_VALUE)
  Exclusions exclusions(@Parameter(hidden = true) Caller caller) {
    caller.mustBeServer(Scope.READ);
    return new Exclusions(
        settings.hasher().keyId(),
        log.erased().until().entrySet().stream()
            .map(e -> new Excluded(e.getKey(), Instant.ofEpochMilli(e.getValue())))
            .toList());
  }
}
