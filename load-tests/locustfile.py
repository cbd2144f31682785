"""Load on a running Attune: servers that send events in batches, and people who chat.

./attune load --users 20 --seconds 30 runs it against the local stack. Against another one:

    ATTUNE_GATEWAY_URL=https://events.example.com ATTUNE_RESPONSES_URL=https://replies.example.com \
    ATTUNE_WRITE_KEY=... ATTUNE_SECRET_KEY=... \
    locust -f load-tests/locustfile.py --headless -u 20 -r 20 -t 30s --host "$ATTUNE_GATEWAY_URL"

Each answer is checked: a 200 that lost an event or has nothing to say counts as a failure. At the end it
tells how the load came, and checks the objectives; a missed one ends Locust with status 3:

    --slo-p99 MS           99 of 100 requests of each kind are answered within MS (default: not checked)
    --slo-failures SHARE   at most this share of the requests fails (default: 0)

Two variables change how the load comes:

    ATTUNE_LOAD_SPIKE=USERS:SECONDS   USERS at first; after two fifths of the time ten times as many, within 10 s
    ATTUNE_LOAD_RECONNECT=SECONDS     every so often all users leave their connections and open new ones
"""

import itertools
import os
import random
import time
import uuid
from collections import Counter
from datetime import datetime, timezone

from locust import LoadTestShape, between, events, runners, task
from locust.contrib.fasthttp import FastHttpUser

# Debian's package has no version, and without one no worker is let in.
runners.__version__ = runners.__version__ or "debian"

GATEWAY = os.environ.get("ATTUNE_GATEWAY_URL", "http://127.0.0.1:7070").rstrip("/")
RESPONSES = os.environ.get("ATTUNE_RESPONSES_URL", "http://127.0.0.1:7071").rstrip("/")
WRITE_KEY = os.environ.get("ATTUNE_WRITE_KEY", "local-write")
SECRET_KEY = os.environ.get("ATTUNE_SECRET_KEY", "local-secret")

# A slow answer is a failure, not a hanging test.
TIMEOUT_SECONDS = 10

# Whose visits senders forward: some come often, most rarely (Zipf). Bounded, so that state stays bounded however long the
# test runs. The first person has a fifth of all visits.
PEOPLE = [f"load-visitor-{n}" for n in range(10_000)]
ZIPF = list(itertools.accumulate(1 / n**1.2 for n in range(1, len(PEOPLE) + 1)))

# A sender keeps events as the SDKs do: a batch goes when it is full, or this long after its first event.
BATCH = 50
FLUSH_SECONDS = 1

RECONNECT_SECONDS = float(os.environ.get("ATTUNE_LOAD_RECONNECT", "0"))

PAGES = ["/", "/orders", "/orders/1234", "/help/returns", "/help/shipping", "/account", "/cart"]
ELEMENTS = ["open-chat", "track-order", "return-item", "contact", "menu"]
MESSAGES = [
    "where is my order 1234",
    "I want to send this back",
    "my card was charged twice",
    "the app does not let me log in",
    "how long does shipping take",
    "¿dónde está mi pedido?",
]
LOCALES = ["en-US", "en-GB", "es-ES"]


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(kind, user_id, session_id, /, **fields):
    return {
        "eventId": str(uuid.uuid4()),
        "type": kind,
        "userId": user_id,
        "sessionId": session_id,
        "occurredAt": now(),
        "channel": "web",
        "locale": "en-US",
        kind: fields,
    }


# What Locust's statistics do not tell: of this process, and of its workers as they report.
done = Counter()
workers = set()


@events.report_to_master.add_listener
def report(data, **_):
    data["attune"] = dict(done)
    done.clear()


@events.worker_report.add_listener
def add(client_id, data, **_):
    done.update(data.get("attune", {}))
    if data["stats"]:
        workers.add(client_id)


@events.init.add_listener
def leave_report_to_master(environment, **_):
    """Each worker would write its own over it, an empty one."""
    if isinstance(environment.runner, runners.WorkerRunner):
        environment.parsed_options.html_file = None


def tell_load(environment):
    print(f"LOAD processes that sent: {len(workers) or 1}")
    print(f"LOAD accepted of senders: {done['events']} events in {done['batches']} batches")
    print(f"LOAD visits: {done['visits']}, {done['busiest']} of the one who comes most often")
    print(f"LOAD connections left for new ones: {done['connections']}")
    if environment.shape_class:
        environment.shape_class.tell()


@events.init_command_line_parser.add_listener
def objectives(parser):
    parser.add_argument("--slo-p99", type=float, default=0, help="milliseconds; 0: not checked")
    parser.add_argument("--slo-failures", type=float, default=0, help="share of the requests, 0 to 1")


@events.quitting.add_listener
def check_objectives(environment, **_):
    """Says of each objective whether it was met. Workers have only their part of the figures."""
    if isinstance(environment.runner, runners.WorkerRunner):
        return
    tell_load(environment)
    options = environment.parsed_options
    missed = False
    total = environment.stats.total
    if total.num_requests == 0:
        print("SLO: no request was made: MISSED")
        environment.process_exit_code = 3
        return
    for name, entry in sorted(environment.stats.entries.items()):
        p99 = entry.get_response_time_percentile(0.99)
        if options.slo_p99:
            met = p99 <= options.slo_p99
            missed |= not met
            print(f"SLO {name[0]}: p99 {p99:.0f} ms, at most {options.slo_p99:.0f} ms: {'met' if met else 'MISSED'}")
    met = total.fail_ratio <= options.slo_failures
    missed |= not met
    print(
        f"SLO failures: {total.num_failures} of {total.num_requests} requests,"
        f" at most {options.slo_failures:.2%}: {'met' if met else 'MISSED'}"
    )
    environment.process_exit_code = 3 if missed else 0


if os.environ.get("ATTUNE_LOAD_SPIKE"):

    class Spike(LoadTestShape):
        """Ten times as many users within 10 s, for a third of the time."""

        USERS, SECONDS = (int(part) for part in os.environ["ATTUNE_LOAD_SPIKE"].split(":"))

        def __init__(self):
            super().__init__()
            self.began = self.took = self.peak = 0
            events.spawning_complete.add_listener(self.look)

        def tick(self):
            self.look()
            gone = self.get_run_time()
            if gone >= self.SECONDS:
                return None
            if 0.4 * self.SECONDS <= gone < 0.75 * self.SECONDS:
                self.began = self.began or gone
                # in 5 s: on a busy machine workers take a while, and report later
                return 10 * self.USERS, 1.8 * self.USERS
            return self.USERS, 10 * self.USERS

        def look(self, **_):
            """Keeps the most users, by what the workers report, and when they were there."""
            users = self.get_current_user_count()
            if self.began and users > self.peak:
                self.peak, self.took = users, self.get_run_time() - self.began

        def tell(self):
            print(f"LOAD spike: from {self.USERS} to {self.peak} users in {self.took:.1f} s")


class AttuneUser(FastHttpUser):
    """Sends events and checks that each was accepted."""

    abstract = True
    host = GATEWAY
    network_timeout = TIMEOUT_SECONDS
    connection_timeout = TIMEOUT_SECONDS
    storms = 0

    def reconnect(self):
        """Leaves its connections when it is time for all to do so; the next request opens a new one."""
        if RECONNECT_SECONDS and int(time.time() / RECONNECT_SECONDS) != self.storms:
            self.storms = int(time.time() / RECONNECT_SECONDS)
            pool = self.client.client.clientpool
            # one an address; none before the first request
            done["connections"] += len(pool.clients)
            pool.close()

    def send(self, events, name, key):
        """Returns the users' tokens, or nothing when the batch failed."""
        self.reconnect()
        with self.client.post(
            GATEWAY + "/v1/events",
            json={"sentAt": now(), "events": events},
            headers={"Authorization": "Bearer " + key},
            name=name,
            catch_response=True,
        ) as response:
            body = self.body(response)
            if body is None:
                return {}
            if body.get("accepted") != len(events) or body.get("rejected"):
                response.failure(f"of {len(events)} events {body.get('accepted')} were accepted")
                return {}
            return body.get("tokens", {})

    @staticmethod
    def body(response):
        """The answer's JSON; marks the request failed when there is none."""
        if response.status_code != 200:
            response.failure(f"status {response.status_code}")
            return None
        try:
            return response.json()
        except ValueError:
            response.failure("the answer is no JSON")
            return None


class EventSender(AttuneUser):
    """A server that forwards what its visitors do, by the SDK's batches."""

    weight = 2
    wait_time = between(0.005, 0.05)

    def on_start(self):
        self.waiting = []
        self.since = 0

    @task
    def visit(self):
        if not self.waiting:
            self.since = time.monotonic()
        self.waiting.append(self.seen())
        if len(self.waiting) == BATCH or time.monotonic() - self.since >= FLUSH_SECONDS:
            batch, self.waiting = self.waiting, []
            if self.send(batch, "events: batch", SECRET_KEY):
                done.update(batches=1, events=len(batch))

    @staticmethod
    def seen():
        person = random.choices(PEOPLE, cum_weights=ZIPF)[0]
        done.update(visits=1, busiest=person == PEOPLE[0])
        if random.random() < 0.6:
            fields = {"page": random.choice(PAGES), "seconds": round(random.expovariate(1 / 20), 1)}
            return event("page_viewed", person, person + "-s", **fields)
        fields = {"element": random.choice(ELEMENTS), "page": random.choice(PAGES)}
        return event("clicked", person, person + "-s", **fields)


class ChatUser(AttuneUser):
    """A person who chats: each message is followed by a reply that must know it."""

    weight = 3
    wait_time = between(0.3, 1.0)

    def on_start(self):
        self.person = "load-" + uuid.uuid4().hex
        self.locale = random.choice(LOCALES)
        self.begin()

    def begin(self):
        self.session = uuid.uuid4().hex
        self.left = random.randint(2, 6)
        self.tell("session_started")
        self.tell("page_viewed", page=random.choice(PAGES))
        self.reply("greeting", None)

    @task
    def say(self):
        text = random.choice(MESSAGES)
        token = self.tell("message_sent", text=text, length=len(text))
        decision = self.reply("reply", token)
        if decision and decision.get("quickReplies") and random.random() < 0.4:
            self.tell(
                "quick_reply_used",
                decisionId=decision["decisionId"],
                value=decision["quickReplies"][0]["value"],
            )
        self.left -= 1
        if self.left == 0:
            self.end(decision)

    def end(self, decision):
        fields = {"kind": "csat", "score": random.randint(1, 5)}
        if decision:
            fields["decisionId"] = decision["decisionId"]
        self.tell("feedback", **fields)
        self.tell("session_ended")
        self.begin()

    def tell(self, kind, /, **fields):
        happened = event(kind, self.person, self.session, **fields)
        happened["locale"] = self.locale
        return self.send([happened], "events: chat", WRITE_KEY).get(self.person)

    def reply(self, slot, token):
        self.reconnect()
        request = {
            "userId": self.person,
            "sessionId": self.session,
            "slot": slot,
            "locale": self.locale,
            "variables": {"name": "Ada"},
        }
        if token:
            request.update({"after": token, "waitMs": 200})
        with self.client.post(
            RESPONSES + "/v1/responses",
            json=request,
            headers={"Authorization": "Bearer " + SECRET_KEY},
            name=f"responses: {slot}",
            catch_response=True,
        ) as response:
            body = self.body(response)
            if body is not None and not (body.get("text") and body.get("decisionId")):
                response.failure("the reply says nothing")
                return None
            return body
