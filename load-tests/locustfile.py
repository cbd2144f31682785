"""Load on a running Attune: servers that send events in batches, and people who chat.

./attune load --users 20 --seconds 30 runs it against the local stack. Against another one:

    ATTUNE_GATEWAY_URL=https://events.example.com ATTUNE_RESPONSES_URL=https://replies.example.com \
    ATTUNE_WRITE_KEY=... ATTUNE_SECRET_KEY=... \
    locust -f load-tests/locustfile.py --headless -u 20 -r 20 -t 30s --host "$ATTUNE_GATEWAY_URL"

Each answer is checked: a 200 that lost an event or has nothing to say counts as a failure.
"""

import os
import random
import uuid
from datetime import datetime, timezone

from locust import between, task
from locust.contrib.fasthttp import FastHttpUser

GATEWAY = os.environ.get("ATTUNE_GATEWAY_URL", "http://127.0.0.1:7070").rstrip("/")
RESPONSES = os.environ.get("ATTUNE_RESPONSES_URL", "http://127.0.0.1:7071").rstrip("/")
WRITE_KEY = os.environ.get("ATTUNE_WRITE_KEY", "local-write")
SECRET_KEY = os.environ.get("ATTUNE_SECRET_KEY", "local-secret")

# A slow answer is a failure, not a hanging test.
TIMEOUT_SECONDS = 10

# The people of one sender. Bounded, so that state stays bounded however long the test runs.
PEOPLE_PER_SENDER = 200

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


class AttuneUser(FastHttpUser):
    """Sends events and checks that each was accepted."""

    abstract = True
    host = GATEWAY
    network_timeout = TIMEOUT_SECONDS
    connection_timeout = TIMEOUT_SECONDS

    def send(self, events, name, key):
        """Returns the users' tokens, or nothing when the batch failed."""
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
    """A server that forwards what its visitors do, in batches."""

    weight = 2
    wait_time = between(0.1, 0.4)

    def on_start(self):
        sender = uuid.uuid4().hex[:8]
        self.people = [f"load-{sender}-{n}" for n in range(PEOPLE_PER_SENDER)]

    @task(4)
    def visits(self):
        self.send([self.visit() for _ in range(random.randint(10, 50))], "events: batch", SECRET_KEY)

    @task(1)
    def one_visit(self):
        self.send([self.visit()], "events: single", WRITE_KEY)

    def visit(self):
        person = random.choice(self.people)
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
