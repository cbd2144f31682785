package dev.attune.streams;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The service; over HTTP it offers its management endpoints only. */
@SpringBootApplication
public class StreamsApplication {

  public static void main(String[] arguments) {
    SpringApplication.run(StreamsApplication.class, arguments);
  }
}
