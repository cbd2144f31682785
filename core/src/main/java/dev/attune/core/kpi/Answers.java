package dev.attune.core.kpi;

import dev.attune.core.feature.ByteReader;
import dev.attune.core.feature.ByteWriter;
import dev.attune.schemas.avro.Decision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The newest replies that knew a prediction: what a user seemed to want when, and who said so. */
final class Answers {

  /** A session rarely has more; of a longer one the newest tell. */
  private static final int MOST = 16;

  record Answer(long at, String intent, String model) {}

  private final Deque<Answer> answers = new ArrayDeque<>();

  void add(Decision decision) {
    String model = decision.getModelVersion();
    if (model == null || decision.getProbabilities().isEmpty()) {
      return;
    }
    // they are written highest first
    String intent = decision.getProbabilities().getFirst().getLabel();
    add(new Answer(decision.getDecidedAt(), intent, model));
  }

  private void add(Answer answer) {
    answers.addLast(answer);
    if (answers.size() > MOST) {
      answers.removeFirst();
    }
  }

  /** The latest within a time, both ends included. */
  @Nullable Answer latest(long from, long to) {
    for (Iterator<Answer> all = answers.descendingIterator(); all.hasNext(); ) {
      Answer answer = all.next();
      if (answer.at() >= from && answer.at() <= to) {
        return answer;
      }
    }
    return null;
  }

  void write(ByteWriter out) {
    out.varint(answers.size());
    for (Answer answer : answers) {
      out.zigzag(answer.at());
      out.text(answer.intent());
      out.text(answer.model());
    }
  }

  static Answers read(ByteReader in) {
    var answers = new Answers();
    for (long n = in.varint(); n > 0; n--) {
      answers.add(new Answer(in.zigzag(), in.text(), in.text()));
    }
    return answers;
  }
}
