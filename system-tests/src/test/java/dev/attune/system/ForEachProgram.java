package dev.attune.system;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test of each module that becomes a program with an image, by the module's folder. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@ParameterizedTest
@ValueSource(
    strings = {
      "ingest-gateway",
      "feature-streams",
      "inference-service",
      "response-api",
      "console",
      "cli"
    })
@interface ForEachProgram {}
