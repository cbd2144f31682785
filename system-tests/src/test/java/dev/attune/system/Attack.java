package dev.attune.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** What strangers with the public key do to the two services that face the internet. */
enum Attack {
  SILENT_CONNECTIONS {
    @Override
    void run(Strangers strangers) throws IOException {
      String bodyless = "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
      for (int i = 0; i < 1_000; i++) {
        for (URI server : strangers.servers()) {
          strangers.hold(server, i % 2 == 0 ? "" : bodyless);
        }
        // to open them all at once would be another attack, and the processors' time is ours
        strangers.pause(i % 50 == 0 ? 100 : 0);
      }
      strangers.stay();
    }
  },

  DRIPPING_HEADS_AND_BODIES {
    @Override
    void run(Strangers strangers) throws IOException {
      for (int i = 0; i < 100; i++) {
        for (URI server : strangers.servers()) {
          strangers.hold(server, "GET /v1/events HTTP/1.1\r\nX: ");
        }
        strangers.hold(strangers.gateway(), Strangers.events("Content-Length: 90000\r\n", "{"));
      }
      while (strangers.goOn()) {
        strangers.drip("x");
        strangers.pause(200);
      }
    }
  },

  HALF_SENT_BODIES {
    @Override
    void run(Strangers strangers) throws IOException {
      String half = Strangers.events("Content-Length: 4000000\r\n", " ".repeat(3_000_000));
      while (strangers.goOn()) {
        for (int i = 0; i < 12; i++) {
          strangers.hold(strangers.gateway(), half);
        }
        strangers.pause(3_000);
        strangers.leave();
      }
    }
  },

  EMPTY_GZIP_MEMBERS {
    @Override
    void run(Strangers strangers) throws IOException {
      String body = emptyGzip().repeat(4_000);
      String headers =
          "Connection: close\r\nContent-Encoding: gzip\r\nContent-Length: "
              + body.length()
              + "\r\n";
      while (strangers.goOn()) {
        strangers.ask(strangers.gateway(), Strangers.events(headers, body), 400);
        strangers.pause(50);
      }
    }
  },

  BROKEN_HEADS {
    @Override
    void run(Strangers strangers) throws IOException {
      String length = "POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n";
      List<String> heads =
          List.of(
              length + "Content-Length: 2\r\n\r\n",
              length + "Transfer-Encoding: chunked\r\n\r\n",
              "POST /v1/responses HTTP/1.1\r\n\r\n",
              "POST /v1/responses HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
              "POST /v1/events HTTP/1.1\r\nHost: a\r\nX: " + "x".repeat(20_000) + "\r\n\r\n");
      while (strangers.goOn()) {
        for (URI server : strangers.servers()) {
          for (String head : heads) {
            strangers.ask(server, head, 400, 431);
          }
        }
        strangers.pause(50);
      }
    }
  },

  PREDICTION_STREAMS_OF_ONE_VISITOR {
    @Override
    void run(Strangers strangers) throws IOException {
      String stream = Strangers.signed("/v1/users/visitor/events", "visitor");
      for (int i = 0; i < 200; i++) {
        strangers.hold(strangers.responses(), stream);
      }
      strangers.stay();
      strangers.ask(strangers.responses(), stream, 429);
    }
  },

  DECISIONS_THAT_DO_NOT_EXIST {
    @Override
    void run(Strangers strangers) throws IOException {
      for (int i = 0; strangers.goOn(); i++) {
        String path = "/v1/decisions/018f0000-0000-7000-8000-%012x".formatted(i);
        strangers.ask(strangers.responses(), Strangers.signed(path, "visitor"), 403);
        strangers.pause(5);
      }
    }
  };

  /** Goes on while the strangers have time; what they hold is let go afterwards. */
  abstract void run(Strangers strangers) throws IOException;

  private static String emptyGzip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new GZIPOutputStream(bytes).close();
    return bytes.toString(ISO_8859_1);
  }
}
