package dev.attune.simulation;

import dev.attune.local.client.BotReply;
import dev.attune.simulation.SimulationSpec.Habits;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One visit of one customer: look around, open the chat, write until the matter is settled or
 * patience ends, rate, leave. The code is the same for the past and for the live demo; what differs
 * is the {@link World}.
 *
 * <p>The one assumed effect: a personalized reply whose predicted intent is the true one settles
 * the matter more often than a generic one, and a wrong one less often ({@code effect} in {@code
 * simulation.yaml}).
 */
public final class Visit {
  private static final double RATES = 0.45;
  private static final double HUMAN_SETTLES = 0.85;

  private final SimulationSpec spec;
  private final Customer customer;
  private final World world;
  private final EventMaker events;
  private final SplittableRandom random;

  /** Apart, so that how the bot types changes nothing of what the customer does. */
  private final SplittableRandom typing;

  private final String intent;
  private final String sessionId;
  private boolean issueOpened;
  private int messages;
  private String lastDecision = "";
  private @Nullable BotReply inExperiment;

  public Visit(SimulationSpec spec, Customer customer, World world) {
    this.spec = spec;
    this.customer = customer;
    this.world = world;
    this.random = customer.chance();
    this.intent = customer.nextIntent();
    this.sessionId = world.nextEventId();
    this.typing = new SplittableRandom(sessionId.hashCode());
    this.events = new EventMaker(customer, sessionId, world);
  }

  public Outcome run() {
    boolean straight = random.nextDouble() < spec.behaviour().straightToChat();
    boolean settled = !straight && quickReplySettles(arrive());
    int patience = spec.behaviour().patience().drawWhole(random);
    while (!settled && messages < patience) {
      settled = random.nextDouble() < settles(write());
    }
    finish(settled);
    return outcome(settled);
  }

  /** Looks around, opens the chat and is greeted. */
  private BotReply arrive() {
    events.sessionStarted(spec.common().pages().getFirst());
    lookAround();
    BotReply reply = ask("greeting");
    world.greeted(intent, reply);
    return reply;
  }

  private void lookAround() {
    int pages = spec.behaviour().pagesBeforeChat().drawWhole(random);
    for (int i = 0; i < pages; i++) {
      Habits habits = random.nextDouble() < spec.behaviour().strayPage() ? someHabits() : habits();
      String page = pick(habits.pages());
      events.pageViewed(page, Math.round(spec.behaviour().think().draw(random)));
      think();
      if (random.nextDouble() < spec.behaviour().clickOnPage()) {
        events.clicked(pick(habits.clicks()), page);
      }
    }
    events.clicked("open-chat", null);
  }

  private Habits habits() {
    return Objects.requireNonNull(spec.habits().get(intent));
  }

  private Habits someHabits() {
    List<Habits> all = new ArrayList<>(spec.habits().values());
    all.add(spec.common());
    return all.get(random.nextInt(all.size()));
  }

  private BotReply ask(String slot) {
    BotReply reply = world.ask(customer, sessionId, slot, true);
    lastDecision = reply.decisionId();
    if (inExperiment == null && reply.variant() != null) {
      inExperiment = reply;
    }
    return reply;
  }

  private boolean quickReplySettles(BotReply reply) {
    boolean used =
        fits(reply)
            && !reply.quickReplies().isEmpty()
            && random.nextDouble() < spec.effect().quickReply();
    if (!used) {
      return false;
    }
    think();
    events.quickReplyUsed(reply.decisionId(), pick(reply.quickReplies()));
    openIssue();
    return random.nextDouble() < settles(reply);
  }

  private BotReply write() {
    think();
    String text = message();
    events.messageSent(text);
    messages++;
    BotReply reply = ask("reply");
    world.said(customer, intent, text, reply);
    double seconds = spec.behaviour().botTyping().draw(typing);
    world.pass(seconds);
    events.agentReplied(seconds, true);
    openIssue();
    return reply;
  }

  private void think() {
    world.pass(spec.behaviour().hurriedThink().draw(random));
  }

  private String message() {
    double chance = random.nextDouble();
    double vague = spec.behaviour().vagueMessage();
    String text;
    if (chance < vague) {
      text = spec.phrasebook().vague(customer.language(), random);
    } else {
      boolean stray = chance < vague + spec.behaviour().strayMessage();
      String about = stray ? spec.intents().draw(random) : intent;
      text = spec.phrasebook().about(about, customer.language(), random);
    }
    return random.nextDouble() < spec.behaviour().typo() ? Phrasebook.mistyped(text, random) : text;
  }

  // the form with the category comes after the first exchange: a model sees it too late to cheat
  private void openIssue() {
    if (!issueOpened) {
      issueOpened = true;
      boolean wrong = random.nextDouble() < spec.behaviour().wrongCategory();
      events.issueOpened(wrong ? spec.intents().draw(random) : intent);
    }
  }

  private boolean fits(BotReply reply) {
    return reply.personalized() && intent.equals(reply.intent());
  }

  private double settles(BotReply reply) {
    if (!reply.personalized()) {
      return spec.effect().genericReply();
    }
    return fits(reply) ? spec.effect().fittingReply() : spec.effect().misfitReply();
  }

  private void finish(boolean settled) {
    String rated = lastDecision;
    if (settled) {
      events.issueResolved(intent, "bot");
    } else {
      ask("handoff");
      think();
      events.agentReplied(spec.behaviour().think().draw(random), false);
      if (random.nextDouble() < HUMAN_SETTLES) {
        events.issueResolved(intent, "agent");
      }
    }
    if (random.nextDouble() < RATES) {
      int score = Math.clamp(5 - messages + (settled ? 1 : -1) + random.nextInt(-1, 2), 1, 5);
      events.feedback(score, rated);
    }
    events.sessionEnded();
  }

  private Outcome outcome(boolean settled) {
    BotReply reply = inExperiment;
    return new Outcome(
        customer.userId(),
        intent,
        reply == null ? null : reply.experiment(),
        reply == null ? null : reply.variant(),
        settled,
        messages);
  }

  private String pick(List<String> list) {
    return list.get(random.nextInt(list.size()));
  }
}
