package dev.attune.responses.audit;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Act.Outcome;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.responses.access.Caller;
import io.swagger.v3.oas.annotations.Hidden;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** For the console, which has no part in Kafka: who signed in there, and who was refused. */
@RestController
@Hidden
class SignInController {
  private static final int LONGEST = 256;

  private final AuditLog log;

  SignInController(AuditLog log) {
    this.log = log;
  }

  /**
   * @param name as the console knows it
   * @param address where the browser is
   */
  record SignIn(@Nullable String name, @Nullable String address, boolean allowed) {}

  @PostMapping("/internal/sign-ins")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void signIn(Caller caller, @RequestBody SignIn signIn) {
    caller.mustBeServer(Scope.READ);
    String name = signIn.name();
    if (name == null || name.isEmpty() || name.length() > LONGEST) {
      throw Problem.invalid("name", "name has 1 to " + LONGEST + " characters.");
    }
    Actor actor = Actor.person(name, caller.name(), signIn.address());
    Outcome outcome = signIn.allowed() ? Outcome.DONE : Outcome.REFUSED;
    try {
      log.record(new Act(actor, "sign_in", outcome, null));
    } catch (AuditException e) {
      throw Problem.unavailable("The sign-in could not be recorded.");
    }
  }
}
